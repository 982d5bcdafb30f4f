import type { FloatGraph, ValueId } from '../../ir/graph.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import { Executor } from '../../kernels/executor.js';
import { floatKernels } from '../../kernels/float/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Extremes, Histogram, type SeenExtremes } from './histogram.js';

/** Resolution of the histograms that a mean-squared-error search reads. */
const BINS = 2048;

/** What samples are observed with: a graph in float32, and the values wanted of it. */
export interface Observatory {
  readonly graph: FloatGraph;
  readonly wanted: ReadonlySet<ValueId>;
}

/** A sample (one tensor a port, in inside layout), and the ranges over which its values are counted; null: their extremes are wanted. */
export interface Sample {
  readonly inputs: readonly Tensor[];
  readonly ranges: ReadonlyMap<ValueId, RealRange> | null;
}

/** What one sample showed, by value. Plain, as it may come from another thread. */
export interface Observed {
  readonly extremes: ReadonlyMap<ValueId, SeenExtremes>;
  readonly counts: ReadonlyMap<ValueId, Float64Array>;
}

/** An empty histogram over a range. */
export function histogramOver({ min, max }: RealRange): Histogram {
  return new Histogram(min, max, BINS);
}

/** Observes sample after sample. */
export function sampleObserver({ graph, wanted }: Observatory): (sample: Sample) => Observed {
  const executor = new Executor(graph, floatKernels);
  return ({ inputs, ranges }) => {
    const extremes = new Map([...(ranges === null ? wanted : [])].map((id) => [id, new Extremes()]));
    const histograms = new Map([...(ranges ?? [])].map(([id, range]) => [id, histogramOver(range)]));
    executor.run(inputs, (id, { data }) => {
      extremes.get(id)?.add(data);
      histograms.get(id)?.add(data);
    });
    return { extremes, counts: new Map([...histograms].map(([id, { counts }]) => [id, counts])) };
  };
}
