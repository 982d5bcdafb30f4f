import { expOnNegativeValues } from '../../arith/gemmlowp.js';
import { fits, INT32, maxOf, minOf } from '../../arith/int-format.js';
import { fixedPointLn } from '../../arith/integer-math.js';
import type { SoftmaxScaling } from '../../arith/softmax-scaling.js';
import { differenceInQ5 } from '../../arith/tflite/softmax.js';
import type { IntLogSoftmax, IntSoftmax } from '../../ir/ops/normalization.js';
import { storageType } from '../../tensor/tensor.js';
import { i32 } from '../../wasm/scalar.js';
import { i32x4, i64x2, i8x16 } from '../../wasm/simd.js';
import { reciprocal } from '../fast/fixed-point.js';
import { codesOf, formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import type { KernelMemory } from './kernel-memory.js';
import type { RowFormula } from './row-function.js';
import { bindRowRule, bindRows } from './rows.js';
import { bindStage } from './stage.js';
import { isNarrow } from './widen-function.js';

/** Integer bits of the sum of exponentials. */
export const SUM_INTEGER_BITS = 12;

/** A term is at most 2^19 (the largest code's own), so that sums of shorter rows are int32. */
export const LONGEST_ROW = 2 ** 12 - 1;

/** By distance: an exponential in Q0.31, 0 where it does not count, and its share of the sum in Q12.19. */
export function exponentialsOf(
  scaling: SoftmaxScaling,
  distances: number,
): { readonly exponentials: Int32Array; readonly terms: Int32Array } {
  const exponentials = Int32Array.from({ length: distances }, (_, distance) =>
    0 - distance < scaling.smallestDifference
      ? 0
      : Number(expOnNegativeValues(differenceInQ5(0 - distance, scaling, 'double'))),
  );
  const terms = exponentials.map((e) => Math.floor(e / 2 ** SUM_INTEGER_BITS + 0.5));
  return { exponentials, terms };
}

const LOW_WORDS = [0, 8, 16, 24].flatMap((first) => [first, first + 1, first + 2, first + 3]);

/** `lowest + round(SRDHM(R, E) / 2^shift)`, told of a row R and the shift. All products are positive and below 2^62. */
const shares = (lowest: number): RowFormula => ({
  name: `shares from ${lowest}`,
  begin: (f, row) => {
    const factor = f.let('v128', i32x4.splat(i32.load(row)));
    const shift = f.let('i32', i32.load(row, 4));
    const shiftHalf = f.let('v128', i64x2.shl(i64x2.splat(1n), i32.sub(shift, 1)));
    const half = f.let('v128', i64x2.splat(2n ** 30n));
    return (values) => {
      const [low, high] = [i64x2.extmulLowI32x4U, i64x2.extmulHighI32x4U].map((multiply) => {
        const product = i64x2.shrU(i64x2.add(multiply(values, factor), half), 31);
        return i64x2.shrU(i64x2.add(product, shiftHalf), shift);
      });
      return i32x4.add(i8x16.shuffle(low!, high!, LOW_WORDS), i32x4.splat(lowest));
    };
  },
});

/**
 * `reference/softmax.ts`; null of rows so long that their sums may leave int32, and of codes wider than int16.
 *
 * From a shift of 32 on, every code is the lowest: the product is below 2^31.
 */
export function bindSoftmax(
  node: IntSoftmax,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (!isNarrow(storageType(formatOf(x!)))) return null;
  if (x!.shape.at(-1)! > LONGEST_ROW || node.smallestDifference > 0) return null;
  const { bits } = formatOf(result);
  const { exponentials, terms } = exponentialsOf(node, 2 ** formatOf(x!).bits);
  const rule = {
    numbers: 'i32',
    values: exponentials,
    terms,
    formula: shares(minOf(formatOf(result))),
    ofRow: (sum: number) => {
      const { scaled, bitsOverUnit } = reciprocal(sum, SUM_INTEGER_BITS);
      return [scaled, Math.min(32, bitsOverUnit + 31 - bits)];
    },
  } as const;
  return bindRowRule(rule, x!, result, memory);
}

/** The value less what is told of the row. */
const difference: RowFormula = {
  name: 'difference',
  begin: (f, row) => {
    const subtrahend = f.let('v128', i32x4.splat(i32.load(row)));
    return (values) => i32x4.sub(values, subtrahend);
  },
};

/** `reference/log-softmax.ts`; null where tables are no constants, a sum may leave int32 or codes are wider than int16. */
export function bindLogSoftmax(
  node: IntLogSoftmax,
  [x, ...tables]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (tables.some(({ constant }) => constant === null)) return null;
  const [values, terms] = tables.map(({ constant }) => Array.from(codesOf(constant!))) as [
    number[],
    number[],
  ];
  const length = x!.shape.at(-1)!;
  const largestSum = length * terms.reduce((most, term) => Math.max(most, term), 0);
  if (terms.some((term) => term < 0) || terms[0]! < 1 || !fits(largestSum, INT32)) return null;
  const logarithm = (sum: number): number => Number(fixedPointLn(BigInt(sum), node.fractionBits));
  const farthest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const most = farthest + Math.max(Math.abs(logarithm(terms[0]!)), Math.abs(logarithm(largestSum)));
  if (!fits(most, INT32)) return null;
  const rule = {
    numbers: 'i32',
    values,
    terms,
    formula: difference,
    ofRow: (sum: number) => [logarithm(sum)],
  } as const;
  const sums = { storage: 'int32', min: minOf(INT32), max: maxOf(INT32) } as const;
  const rows = bindRows(rule, sums, x!, memory);
  if (rows === null) return null;
  const stage = bindStage(node, result, length, memory, most);
  return memory.kernel((call, [tensor]) => {
    const made = call.result(result);
    const sumsAt = call.scratch(4 * rows.chunk * length);
    rows.forEachChunk(call, tensor, (first, count, write) => {
      write(sumsAt);
      stage.run(sumsAt, 4 * length, count, made, first);
    });
    return made.value;
  });
}
