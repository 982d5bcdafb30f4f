import type { FloatBinary, FloatPRelu } from '../../ir/ops/elementwise.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel, BoundKernel, Operand, Result } from '../kernel.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import { broadcastRuns } from './broadcast.js';
import { clamp, floats, UNBOUNDED } from './operands.js';

/** Functions of two doubles; the result is rounded to float32 once, which for + − × ÷ is float32 arithmetic itself. */
const functions: Readonly<Record<FloatBinary['op'], (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
};

export const binary: BindKernel<FloatBinary> = (node, operands, result) =>
  elementwise(functions[node.op], operands, result, node.activation ?? UNBOUNDED);

export const prelu: BindKernel<FloatPRelu> = (_node, operands, result) =>
  elementwise((x, slope) => (x >= 0 ? x : slope * x), operands, result, UNBOUNDED);

/** `clamp(f(a, b))` over operands that broadcast to the result. */
function elementwise(
  f: (a: number, b: number) => number,
  operands: readonly Operand[],
  { shape }: Result,
  { min, max }: RealRange,
): BoundKernel {
  const { length, count, steps, starts } = broadcastRuns(
    operands.map((operand) => operand.shape),
    shape,
  );
  const [stepA, stepB] = steps as [number, number];
  const [startsA, startsB] = starts as [Int32Array, Int32Array];
  return (tensors) => {
    const a = floats(tensors[0]);
    const b = floats(tensors[1]);
    const output = zeros('float32', shape);
    for (let run = 0; run < count; run += 1) {
      const fromA = startsA[run]!;
      const fromB = startsB[run]!;
      const to = run * length;
      for (let i = 0; i < length; i += 1) {
        output.data[to + i] = clamp(f(a[fromA + i * stepA]!, b[fromB + i * stepB]!), min, max);
      }
    }
    return output;
  };
}
