import type { AveragePoolRuleName } from '../../arith/operators/names.js';
import { unsignedGrid, unsignedShift } from '../../arith/onnxruntime/qdq-codes.js';
import type { StackAveragePool } from '../../ir/ops/stack.js';
import { storageType } from '../../tensor/tensor.js';
import type { I32 } from '../../wasm/expression.js';
import type { Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { f32, i32 } from '../../wasm/scalar.js';
import { f32x4, i32x4 } from '../../wasm/simd.js';
import { formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { bindPool, storeEight } from './pooling.js';
import { isNarrow, READ, type NarrowType } from './widen-function.js';
import { defineWindows } from './window-function.js';

/** What is made of windows, by numbers; scales are float32 values. */
interface FloatAveraging {
  /** Of every window where padding counts, else 0: how many codes there are. */
  readonly divisor: number;
  readonly inputZeroPoint: number;
  readonly inputScale: number;
  readonly outputScale: number;
  readonly outputZeroPoint: number;
  /** Of codes before `shift` is taken away. */
  readonly min: number;
  readonly max: number;
  readonly shift: number;
}

/** Rules of `arith/operators/average-pool.ts`: those that are on uint8 codes move signed ones there and back. */
function averagingOf({ rule, inputGrid, outputGrid, clamp, ...node }: StackAveragePool): FloatAveraging {
  const isUnsigned: Readonly<Record<AveragePoolRuleName, boolean>> = {
    'onnxruntime-average-pool': false,
    'onnxruntime-qdq-average-pool': true,
  };
  const shift = isUnsigned[rule] ? unsignedShift(outputGrid) : 0;
  return {
    divisor: node.countIncludePad ? node.kernelHeight * node.kernelWidth : 0,
    inputZeroPoint: inputGrid.zeroPoint,
    inputScale: inputGrid.scale,
    outputScale: outputGrid.scale,
    outputZeroPoint: isUnsigned[rule] ? unsignedGrid(outputGrid).zeroPoint : outputGrid.zeroPoint,
    min: clamp.min + shift,
    max: clamp.max + shift,
    shift,
  };
}

/** `arith/onnxruntime/average-pool.ts`: real numbers are added one by one; every step is a float32. */
function defineFloatAverages(module: ModuleBuilder, type: NarrowType, averaging: FloatAveraging): void {
  const { inputZeroPoint, inputScale, outputScale, outputZeroPoint, min, max, shift } = averaging;
  defineWindows(module, 'averages', {
    channels: 8,
    bytes: READ[type].bytes,
    resultBytes: READ[type].bytes,
    steps: (f) => {
      const halves = [i32x4.extendLowI16x8S, i32x4.extendHighI16x8S].map((extend) => ({
        extend,
        sum: f.local('v128'),
        code: f.local('v128'),
      }));
      const [codes, divisors] = [f.local('v128'), f.local('v128')];
      const take = (address: I32): void => {
        f.set(codes, READ[type].eight(address));
        for (const { extend, sum } of halves) {
          const difference = i32x4.sub(extend(codes), i32x4.splat(inputZeroPoint));
          const real = f32x4.mul(f32x4.convertI32x4S(difference), f32x4.splat(inputScale));
          f.set(sum, f32x4.add(sum, real));
        }
      };
      const end = (to: Local<'i32'>, count: I32): void => {
        const divisor = averaging.divisor > 0 ? i32.const(averaging.divisor) : count;
        f.set(divisors, f32x4.splat(f32.convertI32S(divisor)));
        for (const { sum, code } of halves) {
          const steps = f32x4.div(f32x4.div(sum, divisors), f32x4.splat(outputScale));
          f.set(code, i32x4.truncSatF32x4S(f32x4.nearest(f32x4.add(steps, f32x4.splat(outputZeroPoint)))));
          f.set(code, i32x4.minS(i32x4.maxS(code, i32x4.splat(min)), i32x4.splat(max)));
          f.set(code, i32x4.sub(code, i32x4.splat(shift)));
        }
        storeEight(f, type, to, halves[0]!.code, halves[1]!.code);
      };
      return { begin: () => halves.forEach(({ sum }) => f.set(sum, f32x4.splat(0))), take, end };
    },
  });
}

/** null where codes are wider than int16, a window meets nothing or scales are out of the ordinary. */
export function bindStackAveragePool(
  node: StackAveragePool,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const type = storageType(formatOf(x!));
  const isOrdinary = [node.inputGrid, node.outputGrid].every(
    ({ scale }) => scale > 2 ** -30 && scale < 2 ** 30,
  );
  if (!isOrdinary || !isNarrow(type) || storageType(formatOf(result)) !== type) return null;
  const averaging = averagingOf(node);
  const name = `float averages ${type} ${JSON.stringify(averaging)}`;
  const module = emitted(name, (builder) => defineFloatAverages(builder, type, averaging));
  return bindPool(node, module, 'averages', type, x!, result, memory);
}
