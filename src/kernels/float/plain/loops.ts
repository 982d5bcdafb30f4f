import type { RealRange } from '../../../ir/ops/real-range.js';
import { clamp } from '../operands.js';
import {
  BLOCK_TERMS,
  type ChannelFilter,
  type FloatLoops,
  type OuterProducts,
  type PanelProduct,
} from '../loops.js';
import { PANEL_WIDTH, PIECE_FIELDS } from '../panels.js';

const { fround } = Math;

/** Outputs whose sums stay in registers. */
const LANES = 4;

/** The loops over typed arrays, for where there is no SIMD. */
export class PlainLoops implements FloatLoops {
  floats(length: number): Float32Array {
    return new Float32Array(length);
  }

  indices(values: Int32Array): Int32Array {
    return values;
  }

  release(): void {
    // The arrays are garbage as soon as nobody has them.
  }

  multiplyPanels({ values, rows, panels, bias, output, targets, range }: PanelProduct): void {
    const { starts, pieces } = rows;
    const { outputs, depth, weights } = panels;
    const totals = new Float64Array(LANES);
    for (let first = 0; first < outputs; first += LANES) {
      const within = first % PANEL_WIDTH;
      const panel = (first - within) * depth + within;
      for (let row = 0; row < starts.length; row += 1) {
        totals.set(bias.subarray(first, first + LANES));
        let w = panel;
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let piece = 0; piece < pieces.length; piece += PIECE_FIELDS) {
          const begin = starts[row]! + pieces[piece]!;
          const end = begin + pieces[piece + 1]!;
          for (let at = begin; at < end; at += 1) {
            const value = values[at]!;
            s0 = fround(s0 + fround(value * weights[w]!));
            s1 = fround(s1 + fround(value * weights[w + 1]!));
            s2 = fround(s2 + fround(value * weights[w + 2]!));
            s3 = fround(s3 + fround(value * weights[w + 3]!));
            w += PANEL_WIDTH;
          }
          if (pieces[piece + 2] === 0) continue;
          totals[0]! += s0;
          totals[1]! += s1;
          totals[2]! += s2;
          totals[3]! += s3;
          [s0, s1, s2, s3] = [0, 0, 0, 0];
        }
        for (let lane = 0; lane < LANES && first + lane < outputs; lane += 1) {
          output[targets[row]! + first + lane] = clamp(totals[lane]!, range.min, range.max);
        }
      }
    }
  }

  filterChannels(filter: ChannelFilter): void {
    const { values, starts, taps, panels, bias, output, targets, range } = filter;
    const { outputs, depth, weights } = panels;
    for (let row = 0; row < starts.length; row += 1) {
      for (let channel = 0; channel < outputs; channel += 1) {
        const lane = channel % PANEL_WIDTH;
        let w = (channel - lane) * depth + lane;
        let sum = 0;
        for (let tap = 0; tap < taps.length; tap += 1) {
          sum = fround(sum + fround(values[starts[row]! + taps[tap]! + channel]! * weights[w]!));
          w += PANEL_WIDTH;
        }
        output[targets[row]! + channel] = clamp(fround(bias[channel]! + sum), range.min, range.max);
      }
    }
  }

  sumOuterProducts({ values, starts, taps, gradient, gradientStride, layout, sums }: OuterProducts): void {
    for (let first = 0; first < starts.length; first += BLOCK_TERMS) {
      const end = Math.min(first + BLOCK_TERMS, starts.length);
      for (let output = 0; output < layout.outputs; output += 1) {
        for (let tap = 0; tap < layout.taps; tap += 1) {
          for (let c = 0; c < layout.run; c += 1) {
            const within = taps[tap]! + c;
            let sum = 0;
            for (let i = first; i < end; i += 1) {
              sum = fround(
                sum + fround(gradient[i * gradientStride + output]! * values[starts[i]! + within]!),
              );
            }
            sums[layout.index(output, tap, c)]! += sum;
          }
        }
      }
    }
  }

  clip(values: Float32Array, { min, max }: RealRange): void {
    for (let i = 0; i < values.length; i += 1) values[i] = clamp(values[i]!, min, max);
  }
}
