import { LANES, type PackedWeights } from './packed-weights.js';
import { highOfPair, lowOfPair } from './pairs.js';

/** What a row consists of, relative to where it starts: `run` neighbouring values from each of `taps`. */
export interface Reach {
  readonly taps: Int32Array;
  readonly run: number;
}

interface Segment {
  readonly begin: number;
  readonly length: number;
}

/** The terms of a sum as contiguous segments, in chunks of at most `chunk` terms. */
function chunksOf({ taps, run }: Reach, chunk: number): readonly (readonly Segment[])[] {
  const chunks: Segment[][] = [];
  let room = 0;
  for (const tap of taps) {
    for (let done = 0; done < run;) {
      if (room === 0) {
        chunks.push([]);
        room = chunk;
      }
      const length = Math.min(room, run - done);
      chunks.at(-1)!.push({ begin: tap + done, length });
      done += length;
      room -= length;
    }
  }
  return chunks;
}

/** Weights together with the shape of the rows they multiply. */
export class RowProduct {
  readonly #weights: PackedWeights;
  readonly #chunks: readonly (readonly Segment[])[];

  constructor(weights: PackedWeights, reach: Reach) {
    this.#weights = weights;
    this.#chunks = chunksOf(reach, weights.chunk);
  }

  /**
   * Adds `Σ_k row[k] · weight[column][k]` to `sums[i · stride + firstColumn + column]` for the rows that start at
   * `starts[i] + origin`, i < rows. Columns that fill up the last panel have weight 0 and add nothing.
   *
   * Two rows by four lanes stay in registers; an odd last row is computed twice and added once.
   */
  addTo(
    sums: Float64Array,
    stride: number,
    firstColumn: number,
    values: Float64Array,
    starts: Int32Array,
    rows: number,
    origin: number,
  ): void {
    const { lanes, panels, depth, paired } = this.#weights;
    const chunks = this.#chunks;
    const step: typeof LANES = 4; // V8 folds a local constant, but reads an imported one again at every turn of a loop.
    for (let panel = 0; panel < panels; panel += 1) {
      const column = firstColumn + panel * (paired ? 2 * step : step);
      for (let row = 0; row < rows; row += 2) {
        const next = row + 1 < rows ? row + 1 : row;
        const startA = starts[row]! + origin;
        const startB = starts[next]! + origin;
        let w = (panel * depth * step) | 0;
        for (let chunk = 0; chunk < chunks.length; chunk += 1) {
          const segments = chunks[chunk]!;
          let a0 = 0;
          let a1 = 0;
          let a2 = 0;
          let a3 = 0;
          let b0 = 0;
          let b1 = 0;
          let b2 = 0;
          let b3 = 0;
          for (let segment = 0; segment < segments.length; segment += 1) {
            const { begin, length } = segments[segment]!;
            const end = begin + length;
            // `| 0` keeps indices in 32-bit registers without overflow checks.
            for (let k = begin; k < end; k = (k + 1) | 0) {
              const a = values[(startA + k) | 0]!;
              const b = values[(startB + k) | 0]!;
              const w0 = lanes[w]!;
              const w1 = lanes[(w + 1) | 0]!;
              const w2 = lanes[(w + 2) | 0]!;
              const w3 = lanes[(w + 3) | 0]!;
              a0 += a * w0;
              a1 += a * w1;
              a2 += a * w2;
              a3 += a * w3;
              b0 += b * w0;
              b1 += b * w1;
              b2 += b * w2;
              b3 += b * w3;
              w = (w + step) | 0;
            }
          }
          const toA = row * stride + column;
          const toB = next * stride + column;
          const add = paired ? addPairs : addSingles;
          add(sums, toA, a0, a1, a2, a3);
          if (next > row) add(sums, toB, b0, b1, b2, b3);
        }
      }
    }
  }
}

function addSingles(sums: Float64Array, at: number, s0: number, s1: number, s2: number, s3: number): void {
  sums[at]! += s0;
  sums[at + 1]! += s1;
  sums[at + 2]! += s2;
  sums[at + 3]! += s3;
}

function addPairs(sums: Float64Array, at: number, s0: number, s1: number, s2: number, s3: number): void {
  addSingles(sums, at, lowOfPair(s0), lowOfPair(s1), lowOfPair(s2), lowOfPair(s3));
  addSingles(sums, at + LANES, highOfPair(s0), highOfPair(s1), highOfPair(s2), highOfPair(s3));
}
