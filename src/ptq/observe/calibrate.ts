import { UserError } from '../../core/errors.js';
import type { IntFormat } from '../../arith/int-format.js';
import type { FloatGraph, ValueId } from '../../ir/graph.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ScaleRule } from '../grid.js';
import type { RangeMethod } from '../recipe.js';
import { Crew } from '../../threads/crew.js';
import type { ThreadCount } from '../../threads/thread-count.js';
import { shareable } from '../../threads/shareable.js';
import { Extremes } from './histogram.js';
import { mseRange } from './mse-range.js';
import {
  histogramOver,
  sampleObserver,
  type Observatory,
  type Observed,
  type Sample,
} from './observe-sample.js';

const ENTRY = new URL('./sample-worker.js', import.meta.url);

/** Calibration inputs, one list of tensors (in port order, inside layout) a sample; read once or twice. */
export type CalibrationSet = readonly (readonly Tensor[])[];

export interface CalibrationOptions {
  readonly method: RangeMethod;
  readonly format: IntFormat;
  readonly rule: ScaleRule;
  readonly threads: ThreadCount;
}

/**
 * Runs a float graph on the calibration set and gives each value of `wanted` the real range its grid should cover, the same with
 * any number of threads.
 *
 * @throws UserError where an activation is NaN or infinite.
 */
export function calibrateRanges(
  graph: FloatGraph,
  samples: CalibrationSet,
  wanted: ReadonlySet<ValueId>,
  options: CalibrationOptions,
  progress?: (done: number, total: number) => void,
): ReadonlyMap<ValueId, RealRange> {
  const total = samples.length * (options.method === 'mse' ? 2 : 1);
  const crew = observers({ graph, wanted }, options.threads);
  let done = 0;
  const observe = (ranges: Sample['ranges'], merge: (observed: Observed) => void): void => {
    const rows = samples.map((inputs) => ({ inputs, ranges }));
    for (const observed of crew.run(rows)) {
      merge(observed);
      done += 1;
      progress?.(done, total);
    }
  };
  try {
    return rangesBy(observe, wanted, options);
  } finally {
    crew.close();
  }
}

/** Threads that observe samples. */
export function observers(
  observatory: Observatory,
  threads: ThreadCount,
): Crew<Observatory, Sample, Observed> {
  const setups = (count: number): Observatory[] =>
    Array.from<Observatory>({ length: count }).fill(shareable(observatory));
  return new Crew({ entry: ENTRY, setups, here: sampleObserver(observatory) }, threads);
}

function rangesBy(
  observe: (ranges: Sample['ranges'], merge: (observed: Observed) => void) => void,
  wanted: ReadonlySet<ValueId>,
  { method, format, rule }: CalibrationOptions,
): ReadonlyMap<ValueId, RealRange> {
  const extremes = new Map([...wanted].map((id) => [id, new Extremes()]));
  observe(null, (observed) => {
    for (const [id, seen] of observed.extremes) extremes.get(id)!.merge(seen);
  });
  for (const [id, { firstNonFinite }] of extremes) {
    if (firstNonFinite === null) continue;
    throw new UserError({
      place: `value '${id}'`,
      found: `${firstNonFinite} during calibration`,
      expected: 'finite activations',
      suggestion: 'check the calibration data and its preprocessing',
    });
  }
  if (method === 'minMax') return extremes;

  // A value that never changes has no range to search.
  const searched = new Map(
    [...extremes].filter(([, { min, max }]) => max > min).map(([id, { min, max }]) => [id, { min, max }]),
  );
  const histograms = new Map([...searched].map(([id, range]) => [id, histogramOver(range)]));
  observe(searched, (observed) => {
    for (const [id, counts] of observed.counts) histograms.get(id)!.merge(counts);
  });
  const ranges = new Map<ValueId, RealRange>(extremes);
  for (const [id, histogram] of histograms)
    ranges.set(id, mseRange(histogram, extremes.get(id)!, format, rule));
  return ranges;
}
