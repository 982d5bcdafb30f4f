import { MOST_CYCLES } from './entering-values.js';
import type { ValueRoom } from './value-room.js';

/** The sums that left an array in some cycles: those of each column, in the order of time. */
export class LeavingSums {
  /** Sums of a column there is room for. */
  readonly perColumn: number;
  /** Those of one column behind those of another. */
  readonly values: Float64Array;
  /** How many there are of each column. */
  readonly counts: Int32Array;

  /** @param perColumn a column has one accumulator port, and so at most a sum a cycle */
  constructor(columns: number, room: ValueRoom, perColumn = MOST_CYCLES) {
    this.perColumn = perColumn;
    this.values = room.float64(columns * perColumn);
    this.counts = room.int32(columns).fill(0);
  }

  clear(): void {
    this.counts.fill(0);
  }

  add(column: number, sum: number): void {
    this.values[column * this.perColumn + this.counts[column]!] = sum;
    this.counts[column]! += 1;
  }

  of(column: number): Float64Array {
    const first = column * this.perColumn;
    return this.values.subarray(first, first + this.counts[column]!);
  }
}
