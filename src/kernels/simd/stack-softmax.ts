import type { AffineGrid } from '../../arith/affine.js';
import { naturalLogarithm } from '../../arith/gemmlowp-functions.js';
import { maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import type { SoftmaxRuleName } from '../../arith/operators/names.js';
import { softmaxScaling } from '../../arith/softmax-scaling.js';
import { lookUp } from '../../arith/tflite/interpolated-table.js';
import { differenceInQ5 } from '../../arith/tflite/softmax.js';
import { prepareSoftmaxInt16 } from '../../arith/tflite/softmax-int16.js';
import type { StackSoftmax } from '../../ir/ops/stack.js';
import { storageType } from '../../tensor/tensor.js';
import type { I32, V128 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { f32x4, i32x4, v128 } from '../../wasm/simd.js';
import { formatOf } from '../fast/operands.js';
import { bindRequantizer, requantizeFast } from '../fast/requantize.js';
import { saturate16 } from '../fast/saturate.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import type { KernelMemory } from './kernel-memory.js';
import { bindRowRule, type RowRule } from './rows.js';
import { exponentialsOf, LONGEST_ROW, SUM_INTEGER_BITS } from './softmax.js';
import { isNarrow } from './widen-function.js';

/** Rules of `arith/operators/softmax.ts` on rows of `length` codes; null where they do not hold for such rows. */

const LARGEST_FLOAT32 = Math.fround(3.4028234663852886e38);

/** What ONNX Runtime keeps free below it, as a logarithm. */
const RESERVE = 5;

const ZEROS = i32x4.splat(0);

type RuleOf = (node: StackSoftmax, length: number) => RowRule | null;

const distancesOf = ({ bits }: IntFormat): readonly number[] =>
  Array.from({ length: 2 ** bits }, (_, distance) => distance);

/** A number that is told of a row, in all lanes. */
const told = (f: FunctionBuilder, row: I32, index: number): Local<'v128'> =>
  f.let('v128', v128.load32Splat(row, 4 * index));

/** Codes of integers that are float32. */
const onGrid =
  ({ zeroPoint, format }: AffineGrid) =>
  (integers: V128): V128 => {
    const [least, most] = [minOf, maxOf].map((end) => i32x4.splat(end(format) - zeroPoint)) as [V128, V128];
    const steps = i32x4.maxS(i32x4.minS(i32x4.truncSatF32x4S(integers), most), least);
    return i32x4.add(steps, i32x4.splat(zeroPoint));
  };

const gridName = ({ zeroPoint, format }: AffineGrid): string =>
  `${zeroPoint} in ${minOf(format)} … ${maxOf(format)}`;

/** Exponentials of `arith/tflite/softmax-table.ts`, by distance. */
function tableExponentials({ scale, format }: AffineGrid, beta: number): readonly number[] {
  const step = -Math.fround(scale * beta);
  return distancesOf(format).map((distance) => Math.fround(Math.exp(Math.fround(step * distance))));
}

const softmaxTable: RuleOf = ({ inputGrid, outputGrid, beta }) => {
  const exponentials = tableExponentials(inputGrid, beta);
  const toCodes = onGrid(outputGrid);
  return {
    numbers: 'f32',
    values: exponentials,
    terms: exponentials,
    formula: {
      name: `softmax of a table ${gridName(outputGrid)}`,
      begin: (f, row) => {
        const inverse = told(f, row, 0);
        const half = f.let('v128', f32x4.splat(0.5));
        return (values) => toCodes(f32x4.floor(f32x4.add(f32x4.mul(values, inverse), half)));
      },
    },
    ofRow: (sum) => [1 / Math.fround(sum * outputGrid.scale)],
  };
};

/** `round(ratio · x − offset)`, half away from zero: what is cut off is exact, and decides. */
const logSoftmaxTable: RuleOf = ({ inputGrid, outputGrid }) => {
  const ratio = Math.fround(inputGrid.scale / outputGrid.scale);
  const toCodes = onGrid(outputGrid);
  return {
    numbers: 'f32',
    values: distancesOf(inputGrid.format),
    terms: tableExponentials(inputGrid, 1),
    formula: {
      name: `logarithm of a table ${gridName(outputGrid)}`,
      begin: (f, row) => {
        const [largest, scale, offset] = [told(f, row, 0), told(f, row, 1), told(f, row, 2)];
        const [one, half] = [f.let('v128', f32x4.splat(1)), f.let('v128', f32x4.splat(0.5))];
        const [real, size, whole] = [f.local('v128'), f.local('v128'), f.local('v128')];
        return (values) => {
          f.set(real, f32x4.sub(f32x4.mul(f32x4.sub(largest, values), scale), offset));
          f.set(size, f32x4.abs(real));
          f.set(whole, f32x4.trunc(size));
          const isUp = f32x4.ge(f32x4.sub(size, whole), half);
          const rounded = f32x4.add(whole, v128.and(isUp, one));
          const sign = v128.xor(real, size);
          return toCodes(v128.or(rounded, sign));
        };
      },
    },
    ofRow: (sum, largest) => {
      const logarithm = Math.fround(Math.log(sum));
      const reached = Math.fround(Math.fround(inputGrid.scale * largest) + logarithm);
      return [largest, ratio, reached / outputGrid.scale];
    },
  };
};

/** `arith/onnxruntime/softmax.ts` where nothing overflows float32; there it does as one build does. */
const onnxruntime: RuleOf = ({ inputGrid, outputGrid }, length) => {
  const headroom = Math.fround(Math.log(Math.fround(LARGEST_FLOAT32 / length)));
  const shift = Math.max(0, headroom - RESERVE) / inputGrid.scale;
  const exponentials = distancesOf(inputGrid.format).map((distance) =>
    Math.fround(Math.exp((shift - distance) * inputGrid.scale)),
  );
  const inverse = Math.floor(Math.fround(1 / outputGrid.scale));
  if (2 * exponentials[0]! * Math.max(length, inverse) > LARGEST_FLOAT32) return null;
  const toCodes = onGrid(outputGrid);
  return {
    numbers: 'f32',
    values: exponentials,
    terms: exponentials,
    formula: {
      name: `softmax of a scaled table ${gridName(outputGrid)}`,
      begin: (f, row) => {
        const [sum, factor] = [told(f, row, 0), told(f, row, 1)];
        return (values) => toCodes(f32x4.nearest(f32x4.div(f32x4.mul(values, factor), sum)));
      },
    },
    ofRow: (sum) => [sum, inverse],
  };
};

/** A logarithm below 2^30 in Q5.26, as of sums of at most `LONGEST_ROW` terms, and a code below the lowest one 2^30 away. */
const FAR = 2 ** 30;

const logSoftmax: RuleOf = ({ inputGrid, outputGrid }, length) => {
  if (length > LONGEST_ROW) return null;
  const scaling = softmaxScaling(inputGrid.scale);
  const distances = distancesOf(inputGrid.format);
  const largest = maxOf(outputGrid.format);
  return {
    numbers: 'i32',
    values: distances.map((distance) =>
      0 - distance < scaling.smallestDifference
        ? FAR
        : Math.min(FAR, 0 - Number(differenceInQ5(0 - distance, scaling, 'double'))),
    ),
    terms: exponentialsOf(scaling, distances.length).terms,
    formula: {
      name: `logarithm to ${largest}`,
      begin: (f, row) => {
        const logarithm = told(f, row, 0);
        const half = f.let('v128', i32x4.splat(2 ** 21));
        // The negated logarithm of a share: to nearest, and away from zero once it is negated again.
        return (values) => {
          const steps = i32x4.shrU(i32x4.add(i32x4.add(values, logarithm), half), 22);
          return i32x4.sub(i32x4.splat(largest), steps);
        };
      },
    },
    ofRow: (sum) => [Number(naturalLogarithm(BigInt(sum), SUM_INTEGER_BITS, 5))],
  };
};

/** `arith/tflite/softmax-int16.ts`: an exponential is at most 2^15 − 1, so that sums of fewer than 2^16 are int32. */
const softmaxInt16 =
  (precision: 'float32' | 'double'): RuleOf =>
  ({ inputGrid, beta }, length) => {
    if (length >= 2 ** 16) return null;
    const { rescale, tables } = prepareSoftmaxInt16(inputGrid.scale, beta, 'double', precision);
    const rescaled = bindRequantizer({ kind: 'stack', rule: 'tflite-double', channels: [{ ...rescale }] });
    const exponentials = distancesOf(inputGrid.format).map((distance) => {
      const scaled = requantizeFast(rescaled, 0 - distance, 0) | 0;
      return lookUp(tables.exponentials, saturate16(scaled + 32767));
    });
    return {
      numbers: 'i32',
      values: exponentials,
      terms: exponentials,
      formula: {
        name: 'softmax of int16',
        begin: (f, row) => {
          const inverse = told(f, row, 0);
          const shift = f.let('i32', i32.load(row, 4));
          const half = f.let('v128', i32x4.shl(i32x4.splat(1), i32.sub(shift, 1)));
          return (values) =>
            i32x4.maxS(i32x4.shrS(i32x4.add(i32x4.mul(values, inverse), half), shift), ZEROS);
        },
      },
      ofRow: (sum) => {
        const leadingZeros = Math.clz32(sum);
        // Below 2^32, so that a double holds it before it is rounded half up.
        const mantissa = Math.floor((sum * 2 ** (leadingZeros - 1)) / 2 ** 14 + 0.5);
        return [lookUp(tables.reciprocals, saturate16(mantissa - 98304)), 31 - leadingZeros];
      },
    };
  };

const RULES: Readonly<Record<SoftmaxRuleName, RuleOf>> = {
  'tflite-softmax-table': softmaxTable,
  'tflite-softmax-int16': softmaxInt16('float32'),
  'tflite-softmax-int16-desktop': softmaxInt16('double'),
  'tflite-log-softmax': logSoftmax,
  'tflite-log-softmax-table': logSoftmaxTable,
  'onnxruntime-softmax': onnxruntime,
};

/** The rule of the stack; null where it does not hold for rows of such a length or grids of such scales, or codes are wider than int16. */
export function bindStackSoftmax(
  node: StackSoftmax,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const isOrdinary = [node.inputGrid, node.outputGrid].every(
    ({ scale }) => scale > 2 ** -30 && scale < 2 ** 30,
  );
  if (!isOrdinary || !isNarrow(storageType(formatOf(x!)))) return null;
  const rule = RULES[node.rule](node, x!.shape.at(-1)!);
  return rule === null ? null : bindRowRule(rule, x!, result, memory);
}
