import type { DiffResult } from '../engine/diff/result.js';

/** How a model differs from what it was held against. */
export interface Diff extends DiffResult {
  readonly model: string;
  /** Whose arithmetic the model has; null where that was no choice. */
  readonly semantics: string | null;
  /** Semantics, a model, or recorded arrays. */
  readonly against: string;
  readonly againstSemantics: string | null;
}
