import type { I32, V128 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { f32, i32 } from '../../wasm/scalar.js';
import { f32x4, i16x8, i32x4, i8x16 } from '../../wasm/simd.js';

/** Corners of a position in reading order, or what belongs to them. */
export type Corners<T> = readonly [T, T, T, T];

/** How four codes are blended, by weights of the lower row and the right column. */
export interface Blend {
  /** Of a position, in all lanes. */
  readonly weights: (row: I32, column: I32) => Corners<V128>;
  /** Int32 lanes, whose low bytes are the results. */
  readonly blend: (codes: Corners<V128>, weights: Corners<V128>) => V128;
}

/** Bytes of an entry of a table of taps: two offsets and a weight of 32 bits. */
export const TAP_BYTES = 12;

const EIGHT = { int8: i16x8.load8x8S, uint8: i16x8.load8x8U } as const;

/**
 * `resize(image, rows, rowsEnd, columns, columnsEnd, channels, to)`. An entry of `rows` or `columns` is the byte offset of the first
 * tap, that of the second and the weight of the second. Codes are bytes; up to seven are read and written beyond a pixel, which are
 * written in their order.
 */
export function defineResize(
  module: ModuleBuilder,
  type: keyof typeof EIGHT,
  { weights, blend }: Blend,
): void {
  const parameters = {
    image: 'i32',
    rows: 'i32',
    rowsEnd: 'i32',
    columns: 'i32',
    columnsEnd: 'i32',
    channels: 'i32',
    to: 'i32',
  } as const;
  module.define('resize', parameters, (f, p) => {
    const column = f.local('i32');
    const end = f.local('i32');
    const corners = four(() => f.local('i32'));
    const lanes = four(() => f.local('v128'));
    const eight = four(() => f.local('v128'));
    const halves = [f.local('v128'), f.local('v128')] as const;
    const extended = four(() => f.local('v128'));
    f.doWhile(
      () => {
        f.set(column, p.columns);
        f.doWhile(
          () => {
            corners.forEach((corner, index) => {
              const row = i32.load(p.rows, 4 * (index >> 1));
              f.set(corner, i32.add(p.image, i32.add(row, i32.load(column, 4 * (index & 1)))));
            });
            setAll(f, lanes, weights(i32.load(p.rows, 8), i32.load(column, 8)));
            f.set(end, i32.add(p.to, p.channels));
            f.upTo(p.to, end, 8, () => {
              setAll(f, eight, corners.map((corner) => EIGHT[type](corner)) as unknown as Corners<V128>);
              for (const corner of corners) f.increase(corner, 8);
              [i32x4.extendLowI16x8S, i32x4.extendHighI16x8S].forEach((extend, half) => {
                setAll(f, extended, eight.map(extend) as unknown as Corners<V128>);
                f.set(halves[half as 0 | 1], blend(extended, lanes));
              });
              f.storeLane(64, p.to, lowBytes(halves[0], halves[1]), 0);
            });
            f.set(p.to, end);
            f.increase(column, TAP_BYTES);
          },
          i32.ne(column, p.columnsEnd),
        );
        f.increase(p.rows, TAP_BYTES);
      },
      i32.ne(p.rows, p.rowsEnd),
    );
  });
}

const four = <T>(make: () => T): Corners<T> => [make(), make(), make(), make()];

function setAll(f: FunctionBuilder, locals: Corners<Local<'v128'>>, values: Corners<V128>): void {
  values.forEach((value, index) => f.set(locals[index]!, value));
}

/** The low bytes of eight int32 lanes, in the low half. */
function lowBytes(low: V128, high: V128): V128 {
  const bytes = Array.from({ length: 16 }, (_, index) => 4 * (index % 8));
  return i8x16.shuffle(low, high, bytes);
}

function weighted(codes: V128, row: V128, column: V128): V128 {
  return f32x4.mul(f32x4.mul(f32x4.convertI32x4S(codes), row), column);
}

/** `Σ code · row · column` in float32, top left, bottom left, top right, bottom right; half a step is added before the cut. */
export const floatBlend: Blend = {
  weights: (row, column) => {
    const below = f32.reinterpretI32(row);
    const right = f32.reinterpretI32(column);
    return [f32.sub(1, below), below, f32.sub(1, right), right].map((weight) =>
      f32x4.splat(weight),
    ) as unknown as Corners<V128>;
  },
  blend: ([topLeft, topRight, bottomLeft, bottomRight], [above, below, left, right]) => {
    const sum = [
      weighted(topLeft, above, left),
      weighted(bottomLeft, below, left),
      weighted(topRight, above, right),
      weighted(bottomRight, below, right),
    ].reduce((total, each) => f32x4.add(total, each));
    return i32x4.truncSatF32x4S(f32x4.add(sum, f32x4.splat(0.5)));
  },
};

/** Integer weights below `2^weightBits`; the blend is an int32, which the shift rounds half up or half away from zero. */
export function integerBlend(weightBits: number, rounding: 'halfUp' | 'halfAwayFromZero'): Blend {
  const one = 2 ** weightBits;
  const shift = 2 * weightBits;
  const half = i32x4.splat(2 ** (shift - 1));
  return {
    weights: (row, column) => {
      const rows = [i32.sub(one, row), row];
      const columns = [i32.sub(one, column), column];
      return rows.flatMap((ofRow) =>
        columns.map((ofColumn) => i32x4.splat(i32.mul(ofRow, ofColumn))),
      ) as unknown as Corners<V128>;
    },
    blend: (codes, weights) => {
      const sum = codes
        .map((code, corner) => i32x4.mul(code, weights[corner]!))
        .reduce((total, each) => i32x4.add(total, each));
      if (shift === 0) return sum;
      if (rounding === 'halfUp') return i32x4.shrS(i32x4.add(sum, half), shift);
      // Of a negative sum, −((|sum| + half) >> shift) is (sum + half − 1) >> shift.
      return i32x4.shrS(i32x4.add(i32x4.add(sum, half), i32x4.shrS(sum, 31)), shift);
    },
  };
}
