import type { AffineGrid } from '../../arith/affine.js';
import { additionMultipliers } from '../../arith/float-quantizers/xnnpack-elementwise.js';
import { unsignedGrid, unsignedShift } from '../../arith/onnxruntime/qdq-codes.js';
import type { BinaryRuleName } from '../../arith/operators/names.js';
import type { V128 } from '../../wasm/expression.js';
import type { Local } from '../../wasm/function-builder.js';
import { f32x4, f64x2, i32x4, i8x16 } from '../../wasm/simd.js';

/** Rules of `arith/operators/binary.ts` on vectors of four codes. */

/** A number of a node that its function is told at each call, and how lanes hold it. */
export interface FormulaParameter {
  readonly type: 'i32' | 'f32' | 'f64';
  readonly value: number;
}

export interface BinaryFormula {
  /** Formulas of one name differ in their numbers alone. */
  readonly name: string;
  /** Added to the codes of each operand, in int16, before anything else. */
  readonly offsets: readonly [number, number];
  readonly parameters: readonly FormulaParameter[];
  /** Added to the result, in int16, which saturates. */
  readonly outputOffset: number;
  /** Int32 lanes from int32 lanes; `parameters` are in all lanes of theirs. */
  readonly write: (x: Local<'v128'>, y: Local<'v128'>, parameters: readonly Local<'v128'>[]) => V128;
}

type Grids = readonly [AffineGrid, AffineGrid];
type FormulaOf = (grids: Grids, output: AffineGrid) => BinaryFormula | null;

/** Nearest integers, ties to even; NaN becomes 0. */
const nearest = (value: V128): V128 => i32x4.truncSatF32x4S(f32x4.nearest(value));

const float = (value: number): FormulaParameter => ({ type: 'f32', value });

const awayFromZeroPoints = ([a, b]: Grids): readonly [number, number] => [0 - a.zeroPoint, 0 - b.zeroPoint];

/** Dequantize, one operation, quantize. */
const between =
  (operation: 'add' | 'sub' | 'mul' | 'div'): FormulaOf =>
  (grids, output) => ({
    name: `float32 ${operation}`,
    offsets: awayFromZeroPoints(grids),
    parameters: [...grids, output].map(({ scale }) => float(scale)),
    outputOffset: output.zeroPoint,
    write: (x, y, [scaleX, scaleY, scale]) => {
      const left = f32x4.mul(f32x4.convertI32x4S(x), scaleX!);
      const right = f32x4.mul(f32x4.convertI32x4S(y), scaleY!);
      return nearest(f32x4.div(f32x4[operation](left, right), scale!));
    },
  });

const productRatio = ([a, b]: Grids, output: AffineGrid): number =>
  Math.fround(Math.fround(a.scale * b.scale) / output.scale);

/** Products of offset codes, which float32 holds. */
const scaledProduct = (x: V128, y: V128, ratio: V128): V128 =>
  f32x4.mul(f32x4.convertI32x4S(i32x4.mul(x, y)), ratio);

const multiplyOffset: FormulaOf = (grids, output) => ({
  name: 'product, then zero point',
  offsets: awayFromZeroPoints(grids),
  parameters: [float(productRatio(grids, output))],
  outputOffset: output.zeroPoint,
  write: (x, y, [ratio]) => nearest(scaledProduct(x, y, ratio!)),
});

/** The zero point is inside the rounding. */
const qLinearMul: FormulaOf = (grids, output) => ({
  name: 'product with zero point',
  offsets: awayFromZeroPoints(grids),
  parameters: [float(productRatio(grids, output)), float(output.zeroPoint)],
  outputOffset: 0,
  write: (x, y, [ratio, zeroPoint]) => nearest(f32x4.add(scaledProduct(x, y, ratio!), zeroPoint!)),
});

const HALVES = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [8, 9, 10, 11, 12, 13, 14, 15],
].map((bytes) => [...bytes, ...bytes]);
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/**
 * Two fused multiply-adds. A double holds product and sum exactly where all numbers are multiples of one power of two and below 2^53
 * times it; then rounding to float32 is the only rounding. A float32 is a multiple of 2^-24 of any power of two below it.
 */
const qLinearAdd: FormulaOf = ([a, b], output) => {
  const ratioA = Math.fround(a.scale / output.scale);
  const ratioB = Math.fround(b.scale / output.scale);
  const zeros = Math.fround(Math.fround(ratioA * a.zeroPoint) + Math.fround(ratioB * b.zeroPoint));
  const constant = Math.fround(output.zeroPoint - zeros);
  const factors = [ratioA, ratioB, constant].filter((factor) => factor !== 0).map(Math.abs);
  const unit = 2 ** (Math.floor(Math.log2(Math.min(...factors))) - 25);
  if (Math.max(...factors) * 2 ** 11 >= unit * 2 ** 53) return null;
  return {
    name: 'fused multiply-adds',
    offsets: [0, 0],
    parameters: [ratioA, ratioB, constant].map((value) => ({ type: 'f64', value })),
    outputOffset: 0,
    write: (x, y, [scaleX, scaleY, offset]) => {
      const [low, high] = HALVES.map((half) => {
        const [left, right] = [x, y].map((codes) =>
          f64x2.convertLowI32x4S(i8x16.shuffle(codes, codes, half)),
        ) as [V128, V128];
        const inner = f32x4.demoteF64x2Zero(f64x2.add(f64x2.mul(right, scaleY!), offset!));
        const product = f64x2.mul(left, scaleX!);
        return f32x4.demoteF64x2Zero(f64x2.add(product, f64x2.promoteLowF32x4(inner)));
      }) as [V128, V128];
      return nearest(i8x16.shuffle(low, high, LOW_HALVES));
    },
  };
};

/** The same on uint8 codes. */
const unsigned =
  (formulaOf: FormulaOf): FormulaOf =>
  (grids, output) => {
    const formula = formulaOf([unsignedGrid(grids[0]), unsignedGrid(grids[1])], unsignedGrid(output));
    if (formula === null) return null;
    const [a, b] = formula.offsets;
    return {
      ...formula,
      offsets: [a + unsignedShift(grids[0]), b + unsignedShift(grids[1])],
      outputOffset: formula.outputOffset - unsignedShift(output),
    };
  };

/** Multiples of offset codes, rounded half up by a shift, in int32, which wraps. */
const multiples =
  (sign: 1 | -1): FormulaOf =>
  (grids, output) => {
    const { multipliers, shift } = additionMultipliers(grids, output, sign);
    if (shift < 1 || shift > 31) return null;
    const integers = [...multipliers, 2 ** (shift - 1)];
    return {
      name: `multiples >> ${shift}`,
      offsets: awayFromZeroPoints(grids),
      parameters: integers.map((value) => ({ type: 'i32', value })),
      outputOffset: output.zeroPoint,
      write: (x, y, [multiplierX, multiplierY, half]) => {
        const sum = i32x4.add(i32x4.mul(x, multiplierX!), i32x4.mul(y, multiplierY!));
        return i32x4.shrS(i32x4.add(sum, half!), shift);
      },
    };
  };

const FORMULAS: Readonly<Record<BinaryRuleName, FormulaOf>> = {
  'tflite-prelu': () => null,
  'xnnpack-add': multiples(1),
  'xnnpack-sub': multiples(-1),
  'xnnpack-mul': multiplyOffset,
  'onnxruntime-add': qLinearAdd,
  'onnxruntime-mul': qLinearMul,
  'onnxruntime-qdq-add': unsigned(qLinearAdd),
  'onnxruntime-qdq-mul': unsigned(qLinearMul),
  'float32-add': between('add'),
  'float32-sub': between('sub'),
  'float32-mul': between('mul'),
  'float32-div': between('div'),
};

/**
 * The formula of a rule on codes of at most 8 bits, of which the result is saturated to those of 16; null where there is none.
 *
 * Scales are ordinary: no float32 on the way is so small that it has fewer than 24 bits, so that each operation rounds as `Math.fround`
 * of the same operation on doubles.
 */
export function binaryFormula(rule: BinaryRuleName, grids: Grids, output: AffineGrid): BinaryFormula | null {
  const isOrdinary = [...grids, output].every(({ scale }) => scale > 2 ** -30 && scale < 2 ** 30);
  return isOrdinary ? FORMULAS[rule](grids, output) : null;
}
