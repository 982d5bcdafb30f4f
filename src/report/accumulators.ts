import type { AccumulatorFormat } from '../arith/accumulator.js';
import type { LayerAccumulators, MeasuredSums } from '../engine/accumulators.js';

/** What the layers of an integer model ask of their accumulators. */
export interface AccumulatorReport {
  readonly model: string;
  /** The accumulators that were simulated; null where none were named. */
  readonly format: AccumulatorFormat | null;
  readonly layers: readonly (LayerAccumulators & {
    /** null where nothing ran. */
    readonly measured: MeasuredSums | null;
  })[];
}
