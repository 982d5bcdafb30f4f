import { maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { f64x2, v128 } from '../../wasm/simd.js';
import type { GroupedWeights } from '../fast/grouped-product.js';
import type { Codes } from '../fast/operands.js';
import type { Reach } from '../fast/product.js';
import { emitted } from './emitted.js';
import { GroupedPanels, sumStrideBytes } from './grouped-panels.js';
import type { Tile } from './product-function.js';
import type { KernelMemory } from './kernel-memory.js';

/**
 * Sums that may leave int32, as int16 activations make them: products are added in pieces whose sums cannot leave it, and the
 * sums of pieces in doubles, which are exact up to 2^53.
 */
export class WideSums {
  /** Scratch for a row of sums of pieces, and for one of doubles. */
  readonly bytesPerRow: number;
  readonly #pieces: readonly GroupedPanels[];
  readonly #bias: Float64Array;
  readonly #memory: KernelMemory;
  readonly #add: (...operands: number[]) => void;

  /** @param starts where rows begin and @param reach what they consist of, as `GroupedPanels` takes them */
  constructor(
    weights: GroupedWeights,
    bias: Codes,
    format: IntFormat,
    starts: Int32Array,
    reach: Reach,
    tile: Tile,
    memory: KernelMemory,
  ) {
    const largestCode = Math.max(-minOf(format), maxOf(format));
    const nothing = new Int32Array(bias.length);
    this.#pieces = piecesOf(weights, bias.length, reach, largestCode).map(
      ({ values, reach: part }) =>
        new GroupedPanels(
          { ...weights, values, zeroPoint: 0 },
          'int16',
          nothing,
          starts,
          part,
          tile,
          memory,
          reach.run,
        ),
    );
    this.#bias = new Float64Array(sumStrideBytes(bias.length, weights.groups, tile) / 4);
    this.#bias.set(bias);
    this.bytesPerRow = (4 + 8) * this.#bias.length;
    this.#memory = memory;
    this.#add = memory.workspace.functions(emitted('add to doubles', defineAdd))['addToDoubles']!;
  }

  /** The sums of the first `rows` rows of int16 values in `canvas`, as many to a row as `GroupedPanels` makes; they lie in the scratch. */
  sums(canvas: number, rows: number, scratch: number): Float64Array {
    const length = rows * this.#bias.length;
    const ofPieces = scratch + 8 * length;
    const sums = new Float64Array(this.#memory.workspace.memory.buffer, scratch, length);
    for (let row = 0; row < rows; row += 1) sums.set(this.#bias, row * this.#bias.length);
    for (const piece of this.#pieces) {
      piece.writeSums(canvas, rows, ofPieces);
      this.#add(ofPieces, ofPieces + 4 * length, scratch);
    }
    return sums;
  }
}

interface Piece {
  /** [output][tap][k] of the piece. */
  readonly values: Int32Array;
  readonly reach: Reach;
}

/** The terms of sums in pieces of neighbours, each so few that `Σ |weight · code|` is an int32 in every output. */
function piecesOf(
  { values, zeroPoint }: GroupedWeights,
  outputs: number,
  { taps, run }: Reach,
  largestCode: number,
): Piece[] {
  const weights = Int32Array.from(values, (value) => value - zeroPoint);
  const largestWeight = weights.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 1);
  const most = Math.floor((2 ** 31 - 1) / (largestWeight * largestCode));
  const parts = Math.ceil(run / most);
  const length = Math.ceil(run / parts);
  const tapsAtOnce = parts > 1 ? 1 : Math.floor(most / run);
  const pieces: Piece[] = [];
  for (let tap = 0; tap < taps.length; tap += tapsAtOnce) {
    for (let first = 0; first < run; first += length) {
      const part = {
        taps: taps.subarray(tap, tap + tapsAtOnce).map((offset) => offset + first),
        run: Math.min(length, run - first),
      };
      pieces.push({
        reach: part,
        values: termsOf(weights, outputs, taps.length * run, run, tap, first, part),
      });
    }
  }
  return pieces;
}

/** The weights [output][tap][k] of a piece that begins at `tap` and `first` of its run. */
function termsOf(
  weights: Int32Array,
  outputs: number,
  depth: number,
  wholeRun: number,
  tap: number,
  first: number,
  { taps, run }: Reach,
): Int32Array {
  const terms = new Int32Array(outputs * taps.length * run);
  for (let output = 0, to = 0; output < outputs; output += 1) {
    for (let t = 0; t < taps.length; t += 1, to += run) {
      const from = output * depth + (tap + t) * wholeRun + first;
      terms.set(weights.subarray(from, from + run), to);
    }
  }
  return terms;
}

/** `addToDoubles(from, end, to)`: adds int32 to doubles, two at a time; of an odd number, one more is read and written. */
function defineAdd(module: ModuleBuilder): void {
  module.define('addToDoubles', { from: 'i32', end: 'i32', to: 'i32' }, (f, { from, end, to }) => {
    f.while(i32.ltU(from, end), () => {
      f.store('v128', to, f64x2.add(v128.load(to), f64x2.convertLowI32x4S(v128.load64Zero(from))));
      f.increase(from, 8);
      f.increase(to, 16);
    });
  });
}
