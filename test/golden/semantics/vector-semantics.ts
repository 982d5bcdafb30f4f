import type { VectorRow } from '../../support/requant-vectors.js';

/** What a vector file says: its input columns, and every result column as a function of a row's inputs. */
export interface VectorSemantics {
  readonly inputs: readonly string[];
  readonly results: Readonly<Record<string, (row: VectorRow) => bigint | number>>;
}
