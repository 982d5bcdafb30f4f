import type { MacArray } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';
import type { OperandValues } from './product-array.js';
import { fitsInt16 } from './simd/operand-range.js';
import { VectorReader } from './simd/vector-reader.js';
import type { ValueRoom } from './value-room.js';

/** Cycles whose values enter an array in a row: as many as there is room for. */
export const MOST_CYCLES = 64;

/** What enters an array at one of its edges in some cycles, cycle by cycle. */
export class EnteringValues {
  readonly values: OperandValues;
  /** Values of a cycle. */
  readonly perCycle: number;
  /** Reads operands that are bytes; null where nothing is emitted. */
  readonly reader: VectorReader | null;

  /** @param elements rows or columns of the array along the edge */
  constructor(array: MacArray, elements: number, room: ValueRoom) {
    const { workspace } = room;
    this.perCycle = elements * mostLanes(array);
    const length = MOST_CYCLES * this.perCycle;
    const isNarrow = workspace !== null && fitsInt16(array);
    this.values = isNarrow ? room.int16(length) : room.float64(length);
    this.reader = isNarrow ? new VectorReader(room, workspace) : null;
  }

  /** A stream begins: what it does not use is 0. */
  clear(): void {
    this.values.fill(0);
  }

  clearCycle(cycle: number): void {
    this.values.fill(0, cycle * this.perCycle, (cycle + 1) * this.perCycle);
  }
}
