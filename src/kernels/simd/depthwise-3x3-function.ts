import type { V128 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { i32x4, i8x16, v128 } from '../../wasm/simd.js';
import { emitted } from './emitted.js';

/** Channels that are summed side by side. */
export const GROUP_CHANNELS = 4;

/** Columns that windows move by. */
export type ColumnStride = 1 | 2;

/**
 * The nine taps of a channel, numbered row by row, as the pairs that meet two values of one vector; null where a value counts for nothing.
 * Pairs of the first two rows lie above each other, those of the third beside each other.
 */
export const TAP_PAIRS = [
  [0, 3],
  [1, 4],
  [2, 5],
  [7, 8],
  [null, 6],
] as const;

const VECTOR_BYTES = 16;
const VALUE_BYTES = 2;
const SUM_BYTES = 4;

const PARAMETERS = {
  values: 'i32',
  lines: 'i32',
  columns: 'i32',
  lineBytes: 'i32',
  rowBytes: 'i32',
  pixelBytes: 'i32',
  weights: 'i32',
  bias: 'i32',
  groups: 'i32',
  sums: 'i32',
  sumStride: 'i32',
} as const;

/**
 * Sums of the windows 3 × 3 of some lines, every channel for itself:
 *
 *     sums[line][column][channel] = bias[channel] + Σ weights[channel][row, tap] · values[line][row][stride · column + tap][channel]
 *
 * Values and weights are int16, sums int32, which wrap. Weights are [group][pair of `TAP_PAIRS`][channel][2]. Lines of windows begin
 * `lineBytes` apart in the values, their rows `rowBytes`; pixels of values are `pixelBytes` apart, of sums, line after line,
 * `sumStride`. Whole groups of channels are read and written.
 *
 * Along a line each pixel is read once: it ends the window that begins two pixels before it and begins its own.
 */
export function depthwise3x3Module(stride: ColumnStride): WebAssembly.Module {
  return emitted(`depthwise 3x3 by ${stride}`, (module) => defineDepthwise3x3(module, stride));
}

function defineDepthwise3x3(module: ModuleBuilder, stride: ColumnStride): void {
  module.define('depthwise3x3', PARAMETERS, (f, p) => {
    const lineOfSums = f.let('i32', i32.mul(p.columns, p.sumStride));
    const [values, to, toEnd] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const [group, weights, bias] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.while(p.lines, () => {
      f.set(weights, p.weights);
      f.set(bias, p.bias);
      f.set(group, 0);
      f.doWhile(
        () => {
          f.set(values, i32.add(p.values, i32.mul(group, GROUP_CHANNELS * VALUE_BYTES)));
          f.set(to, i32.add(p.sums, i32.mul(group, GROUP_CHANNELS * SUM_BYTES)));
          f.set(toEnd, i32.add(to, lineOfSums));
          const line = new LineOfGroup(f, values, p.rowBytes, p.pixelBytes, weights, bias);
          line.begin(stride);
          f.doWhile(
            () => {
              f.store('v128', to, line.next(stride));
              f.increase(to, p.sumStride);
            },
            i32.ne(to, toEnd),
          );
          f.increase(weights, TAP_PAIRS.length * VECTOR_BYTES);
          f.increase(bias, VECTOR_BYTES);
          f.increase(group, 1);
        },
        i32.ne(group, p.groups),
      );
      f.increase(p.values, p.lineBytes);
      f.increase(p.sums, lineOfSums);
      f.increase(p.lines, -1);
    });
  });
}

/** Int16 lanes of the first halves of two vectors in turns. */
const IN_TURNS = Array.from(
  { length: 16 },
  (_, byte) => 2 * Math.floor(byte / 4) + (byte % 2) + (byte & 2) * 8,
);

/** The windows of a line in one group of channels, pixel by pixel. */
class LineOfGroup {
  readonly #f: FunctionBuilder;
  readonly #rows: readonly Local<'i32'>[];
  readonly #pixelBytes: Local<'i32'>;
  readonly #weights: readonly Local<'v128'>[];
  readonly #bias: Local<'v128'>;
  /** The first two rows of a pixel, and the third one beside that of the pixel before. */
  readonly #above: Local<'v128'>;
  readonly #beside: Local<'v128'>;
  readonly #thirdBefore: Local<'v128'>;
  /** Sums that have begun, of the window that ends next and, where windows move by one, of the one after it. */
  readonly #endsNext: Local<'v128'>;
  readonly #endsLater: Local<'v128'>;
  readonly #ended: Local<'v128'>;

  constructor(
    f: FunctionBuilder,
    values: Local<'i32'>,
    rowBytes: Local<'i32'>,
    pixelBytes: Local<'i32'>,
    weights: Local<'i32'>,
    bias: Local<'i32'>,
  ) {
    this.#f = f;
    const second = f.let('i32', i32.add(values, rowBytes));
    this.#rows = [values, second, f.let('i32', i32.add(second, rowBytes))];
    this.#pixelBytes = pixelBytes;
    this.#weights = TAP_PAIRS.map((_, pair) => f.let('v128', v128.load(weights, VECTOR_BYTES * pair)));
    this.#bias = f.let('v128', v128.load(bias));
    this.#above = f.local('v128');
    this.#beside = f.local('v128');
    this.#thirdBefore = f.local('v128');
    this.#endsNext = f.local('v128');
    this.#endsLater = f.local('v128');
    this.#ended = f.local('v128');
  }

  /** Reads what comes before the end of the first window. */
  begin(stride: ColumnStride): void {
    this.#readPixel();
    this.#f.set(this.#endsNext, this.#begun());
    if (stride === 1) this.#middle();
  }

  /** Reads up to the end of the next window, the sum of which it is. */
  next(stride: ColumnStride): V128 {
    const f = this.#f;
    if (stride === 2) this.#middle();
    this.#readPixel();
    f.set(this.#ended, this.#plus(this.#plus(this.#endsNext, this.#above, 2), this.#beside, 3));
    if (stride === 1) f.set(this.#endsNext, this.#plus(this.#endsLater, this.#above, 1));
    f.set(stride === 1 ? this.#endsLater : this.#endsNext, this.#begun());
    return this.#ended;
  }

  /** Reads the pixel in the middle of the window that ends next, at which another one begins where windows move by one. */
  #middle(): void {
    this.#readPixel();
    this.#f.set(this.#endsNext, this.#plus(this.#endsNext, this.#above, 1));
    this.#f.set(this.#endsLater, this.#begun());
  }

  #begun(): V128 {
    return this.#plus(this.#plus(this.#bias, this.#above, 0), this.#beside, 4);
  }

  #plus(sum: V128, pairs: Local<'v128'>, weights: number): V128 {
    return i32x4.add(sum, i32x4.dotI16x8S(pairs, this.#weights[weights]!));
  }

  #readPixel(): void {
    const f = this.#f;
    const [first, second, third] = this.#rows.map((row) => f.let('v128', v128.load64Zero(row)));
    f.set(this.#above, i8x16.shuffle(first!, second!, IN_TURNS));
    f.set(this.#beside, i8x16.shuffle(this.#thirdBefore, third!, IN_TURNS));
    f.set(this.#thirdBefore, third!);
    for (const row of this.#rows) f.increase(row, this.#pixelBytes);
  }
}
