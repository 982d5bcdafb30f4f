import type { AccumulatorEffect } from '../engine/accumulators.js';
import type { EvaluationResult } from '../engine/evaluate.js';

/** How often an integer model answers right, float beside it, and how far its outputs are from the float ones. */
export interface Evaluation extends EvaluationResult {
  readonly model: string;
  /** The accumulators that were simulated; null where none were named. */
  readonly accumulators: AccumulatorEffect | null;
}
