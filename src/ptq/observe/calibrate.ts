import { UserError } from '../../core/errors.js';
import type { IntFormat } from '../../arith/int-format.js';
import type { FloatGraph, ValueId } from '../../ir/graph.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import { Executor } from '../../kernels/executor.js';
import { floatKernels } from '../../kernels/float/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ScaleRule } from '../grid.js';
import type { RangeMethod } from '../recipe.js';
import { Extremes, Histogram } from './histogram.js';
import { mseRange } from './mse-range.js';

/** Resolution of the histograms that a mean-squared-error search reads. */
const BINS = 2048;

/** Calibration inputs, one list of tensors (in port order, inside layout) a sample; read once or twice. */
export type CalibrationSet = readonly (readonly Tensor[])[];

/**
 * Runs a float graph on the calibration set and gives each value of `wanted` the real range its grid should cover.
 *
 * @throws UserError where an activation is NaN or infinite.
 */
export function calibrateRanges(
  graph: FloatGraph,
  samples: CalibrationSet,
  wanted: ReadonlySet<ValueId>,
  options: { readonly method: RangeMethod; readonly format: IntFormat; readonly rule: ScaleRule },
  progress?: (done: number, total: number) => void,
): ReadonlyMap<ValueId, RealRange> {
  const executor = new Executor(graph, floatKernels);
  const passes = options.method === 'mse' ? 2 : 1;
  const total = samples.length * passes;

  const extremes = new Map([...wanted].map((id) => [id, new Extremes()]));
  samples.forEach((sample, index) => {
    executor.run(sample, (id, value) => extremes.get(id)?.add(value.data));
    progress?.(index + 1, total);
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
  if (options.method === 'minMax') return extremes;

  // A value that never changes has no range to search.
  const histograms = new Map(
    [...extremes]
      .filter(([, { min, max }]) => max > min)
      .map(([id, { min, max }]) => [id, new Histogram(min, max, BINS)]),
  );
  samples.forEach((sample, index) => {
    executor.run(sample, (id, value) => histograms.get(id)?.add(value.data));
    progress?.(samples.length + index + 1, total);
  });
  const ranges = new Map<ValueId, RealRange>(extremes);
  for (const [id, histogram] of histograms)
    ranges.set(id, mseRange(histogram, extremes.get(id)!, options.format, options.rule));
  return ranges;
}
