import type { AxisTaps, IntResize } from '../../ir/ops/resize.js';
import type { StackResize } from '../../ir/ops/stack.js';
import { storageType } from '../../tensor/tensor.js';
import { formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { isByte } from './byte-table.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { defineResize, floatBlend, integerBlend, TAP_BYTES, type Blend } from './resize-function.js';

/** Integer weights of more bits may blend to more than an int32. */
const MOST_WEIGHT_BITS = 11;

/** null where codes are wider than a byte or weights than `MOST_WEIGHT_BITS`. */
export function bindResize(
  node: IntResize,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const { weightBits, rounding } = node;
  if (weightBits > MOST_WEIGHT_BITS) return null;
  const blend = { name: `${weightBits} bits ${rounding}`, ...integerBlend(weightBits, rounding) };
  return bindBlend(node, blend, Int32Array, x!, result, memory);
}

/** null where codes are wider than a byte. */
export function bindStackResize(
  node: StackResize,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const blend = { name: node.rule, ...floatBlend };
  return bindBlend(node, blend, Float32Array, x!, result, memory);
}

function bindBlend(
  { rows, columns }: { readonly rows: AxisTaps; readonly columns: AxisTaps },
  blend: Blend & { readonly name: string },
  weightType: typeof Int32Array | typeof Float32Array,
  x: Operand,
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (!isByte(x) || !isByte(result)) return null;
  const { workspace } = memory;
  const type = storageType(formatOf(x)) as 'int8' | 'uint8';
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const module = emitted(`resize ${blend.name} ${type}`, (builder) => defineResize(builder, type, blend));
  const { resize } = workspace.functions(module);
  const tableOf = (taps: AxisTaps, step: number): { start: number; end: number } => {
    const start = workspace.constant(tapTable(taps, step, weightType));
    return { start, end: start + TAP_BYTES * taps.lower.length };
  };
  const rowTaps = tableOf(rows, width * channels);
  const columnTaps = tableOf(columns, channels);
  const resultBytes = rows.lower.length * columns.lower.length * channels;
  return memory.kernel((call, [images]) => {
    const from = call.operand(images);
    const made = call.result(result);
    for (let n = 0; n < batch; n += 1) {
      resize!(
        from + n * height * width * channels,
        rowTaps.start,
        rowTaps.end,
        columnTaps.start,
        columnTaps.end,
        channels,
        made.address + n * resultBytes,
      );
    }
    return made.value;
  });
}

/** Entries as `defineResize` reads them. */
function tapTable(
  { lower, upper, upperWeight }: AxisTaps,
  step: number,
  weightType: typeof Int32Array | typeof Float32Array,
): Int32Array {
  const weights = new Int32Array(weightType.from(upperWeight).buffer);
  return Int32Array.from(lower.flatMap((first, tap) => [first * step, upper[tap]! * step, weights[tap]!]));
}
