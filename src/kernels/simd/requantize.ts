import type { IntRequantize } from '../../ir/ops/elementwise.js';
import { elementCount } from '../../tensor/shape.js';
import { elementBytes, storageType } from '../../tensor/tensor.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { i32x4 } from '../../wasm/simd.js';
import { formatOf, largestDifference } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { bindRequantizeTable } from './byte-table.js';
import { EIGHT_LOADS, isShort, type CodeType } from './codes.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { bindStage } from './stage.js';

/** Differences that are made at a time: within a first-level cache. */
const CHUNK = 4096;

/** `subtract(x, zeroPoint, to, length)`: `to[i] = x[i] − zeroPoint` in int32; up to seven more are read and written. */
function defineSubtract(module: ModuleBuilder, type: CodeType): void {
  const parameters = { x: 'i32', zeroPoint: 'i32', to: 'i32', length: 'i32' } as const;
  module.define('subtract', parameters, (f, p) => {
    const zeroPoints = f.let('v128', i32x4.splat(p.zeroPoint));
    const end = f.let('i32', i32.add(p.to, i32.shl(p.length, 2)));
    f.upTo(p.to, end, 32, () => {
      EIGHT_LOADS[type](p.x).forEach((codes, half) =>
        f.store('v128', p.to, i32x4.sub(codes, zeroPoints), 16 * half),
      );
      f.increase(p.x, 8 * elementBytes(type));
    });
  });
}

/** `requantize(x − inputZeroPoint)`: a table of bytes where that is enough; null where codes are wider than 16 bits. */
export function bindRequantize(
  node: IntRequantize,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const table = bindRequantizeTable(node, operands, result, memory);
  const [x] = operands as readonly [Operand];
  if (table !== null || !isShort(x)) return table;
  const type = storageType(formatOf(x)) as CodeType;
  const module = emitted(`subtract ${type}`, (builder) => defineSubtract(builder, type));
  const { subtract } = memory.workspace.functions(module);
  const channels = result.shape.at(-1) ?? 1;
  const rows = elementCount(result.shape) / channels;
  const chunk = Math.max(1, Math.floor(CHUNK / channels));
  const most = largestDifference(formatOf(x), node.inputZeroPoint);
  const stage = bindStage(node, result, channels, memory, most);
  return memory.kernel((call, [tensor]) => {
    const from = call.operand(tensor);
    const made = call.result(result);
    const sums = call.scratch(4 * chunk * channels);
    for (let first = 0; first < rows; first += chunk) {
      const count = Math.min(chunk, rows - first);
      subtract!(from + first * channels * elementBytes(type), node.inputZeroPoint, sums, count * channels);
      stage.run(sums, 4 * channels, count, made, first);
    }
    return made.value;
  });
}
