import type { RoundOptions } from './rounds.js';

/** A limit that a figure should keep. */
export type Mark = { readonly atLeast: number } | { readonly atMost: number };

/** `×` is a ratio, `MB` are millions of bytes. */
export type Unit = '×' | 'ms' | 's' | 'MB' | 'GMAC/s';

/** Something to be shown. */
export interface Claim {
  readonly what: string;
  readonly unit: Unit;
  /** null where a figure is only for information. */
  readonly mark: Mark | null;
}

/** A claim with what was measured. */
export interface Row extends Claim {
  /** null where it was skipped; the detail says why. */
  readonly value: number | null;
  readonly detail: string;
}

/** Figures behind the rows of a family, by name. */
export interface DetailTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly cells: readonly (readonly string[])[];
}

/** What a family of marks has measured. */
export interface Results {
  readonly rows: readonly Row[];
  readonly tables: readonly DetailTable[];
}

/** How long each is measured; families take their own number of rounds of warming up. */
export type Effort = Required<Pick<RoundOptions, 'rounds'>>;

/** Measures the claims of one family, in a process of its own. */
export type Family = (effort: Effort) => Promise<Results>;

export function measured(claim: Claim, value: number, detail = ''): Row {
  return { ...claim, value, detail };
}

export function skipped(claims: readonly Claim[], why: string): Results {
  return { rows: claims.map((claim) => ({ ...claim, value: null, detail: why })), tables: [] };
}

/** A figure divided by the limit it should keep; null where there is nothing to compare. */
export function shareOfMark({ value, mark }: Row): number | null {
  if (value === null || mark === null) return null;
  return value / ('atLeast' in mark ? mark.atLeast : mark.atMost);
}

export function isMet(row: Row): boolean {
  const share = shareOfMark(row);
  return share !== null && row.mark !== null && ('atLeast' in row.mark ? share >= 1 : share <= 1);
}

/** Three digits, more before the point where the number has them. */
export function digits(value: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(3, decimals));
}
