import { roundHalfEven } from '../../arith/float-rounding.js';
import { maxOf, minOf, type IntFormat } from '../../arith/int-format.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import { asymmetricGrid, largestMagnitude, symmetricScale, type Grid, type ScaleRule } from '../grid.js';
import type { Histogram } from './histogram.js';

/** Candidate thresholds per search: equally spaced fractions of the extreme value (the paper's authors use 100 as well). */
const CANDIDATES = 100;

/**
 * The range whose grid has the least squared error over a histogram (white paper eq. 16), by searching the upper and the
 * lower end in turn, twice, from the observed extremes inwards. Ties keep the wider range.
 */
export function mseRange(
  histogram: Histogram,
  observed: RealRange,
  format: IntFormat,
  rule: ScaleRule,
): RealRange {
  const error = (range: RealRange): number => histogramError(histogram, asymmetricGrid(range, format, rule));
  let best: RealRange = { min: Math.min(observed.min, 0), max: Math.max(observed.max, 0) };
  let bestError = error(best);
  for (let round = 0; round < 2; round += 1) {
    for (const end of ['max', 'min'] as const) {
      const extreme = Math.abs(observed[end]) === 0 ? 0 : observed[end];
      if (end === 'max' ? extreme <= 0 : extreme >= 0) continue;
      for (let step = CANDIDATES; step >= 1; step -= 1) {
        const candidate = { ...best, [end]: (extreme * step) / CANDIDATES };
        const candidateError = error(candidate);
        if (candidateError < bestError) {
          best = candidate;
          bestError = candidateError;
        }
      }
    }
  }
  return best;
}

/** The squared error of `onGrid` over the bins, with what does not change taken out of the loop. */
function histogramError(histogram: Histogram, { scale, zeroPoint, format }: Grid): number {
  const fewest = minOf(format) - zeroPoint;
  const most = maxOf(format) - zeroPoint;
  const { counts } = histogram;
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin += 1) {
    const value = histogram.centre(bin);
    const steps = Math.min(Math.max(roundHalfEven(value / scale), fewest), most);
    sum += counts[bin]! * (value - scale * steps) ** 2;
  }
  return sum;
}

/** The symmetric scale with the least squared error over `values` (a weight tensor or one channel of it). */
export function mseSymmetricScale(values: Float32Array, bits: number, rule: ScaleRule): number {
  const magnitude = largestMagnitude(values);
  const largestCode = 2 ** (bits - 1) - 1;
  let best = symmetricScale(magnitude, bits, rule);
  let bestError = Infinity;
  for (let step = CANDIDATES; step >= 1; step -= 1) {
    const scale = symmetricScale((magnitude * step) / CANDIDATES, bits, rule);
    let error = 0;
    for (const value of values) {
      const code = Math.min(Math.max(Math.round(value / scale), -largestCode), largestCode);
      error += (value - scale * code) ** 2;
    }
    if (error < bestError) {
      best = scale;
      bestError = error;
    }
  }
  return best;
}
