import { assert } from '../../core/errors.js';

/** Extremes of everything seen. They mean a range only while `firstNonFinite` is null. */
export class Extremes {
  min = Infinity;
  max = -Infinity;

  add(values: ArrayLike<number>): void {
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i]!;
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
      if (!Number.isFinite(value)) this.firstNonFinite ??= value;
    }
  }

  /** Adds what others saw after everything seen here. */
  merge({ min, max, firstNonFinite }: SeenExtremes): void {
    if (min < this.min) this.min = min;
    if (max > this.max) this.max = max;
    this.firstNonFinite ??= firstNonFinite;
  }

  /** The first NaN or infinity seen, if any. */
  firstNonFinite: number | null = null;
}

/** What extremes say. */
export type SeenExtremes = Pick<Extremes, 'min' | 'max' | 'firstNonFinite'>;

/** Counts of values in equal bins over a range known beforehand. */
export class Histogram {
  readonly counts: Float64Array;
  readonly min: number;
  readonly binWidth: number;

  constructor(min: number, max: number, binCount: number) {
    assert(max > min, 'a histogram covers a range', { min, max });
    this.min = min;
    this.binWidth = (max - min) / binCount;
    this.counts = new Float64Array(binCount);
  }

  add(values: ArrayLike<number>): void {
    const last = this.counts.length - 1;
    for (let i = 0; i < values.length; i += 1) {
      const bin = Math.floor((values[i]! - this.min) / this.binWidth);
      this.counts[Math.min(Math.max(bin, 0), last)]! += 1;
    }
  }

  /** Adds the counts of a histogram over the same range. */
  merge(counts: Float64Array): void {
    for (let bin = 0; bin < counts.length; bin += 1) this.counts[bin]! += counts[bin]!;
  }

  /** The value that stands for a bin: its middle. */
  centre(bin: number): number {
    return this.min + (bin + 0.5) * this.binWidth;
  }
}
