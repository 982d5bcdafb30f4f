import { broadcastStrides, elementCount, sameShape, type Shape } from '../../tensor/shape.js';

/** Neighbours in a broadcast result: where their operands and they themselves begin, and how many they are. */
export interface BroadcastRow {
  readonly a: number;
  readonly b: number;
  readonly at: number;
  readonly length: number;
}

export interface BroadcastRows {
  readonly rows: readonly BroadcastRow[];
  /** How far operands advance along a row: 0 where it repeats them. */
  readonly aStep: number;
  readonly bStep: number;
}

/** Elements of a row of operands of one shape: what fits a first-level cache. */
const FLAT_ROW_LENGTH = 1024;

/** The rows of a NumPy broadcast: along the last axis, or of any length for operands of one shape, unless `byChannel`. */
export function broadcastRows(a: Shape, b: Shape, result: Shape, byChannel: boolean): BroadcastRows {
  const count = elementCount(result);
  if (!byChannel && sameShape(a, b)) {
    const rows = Array.from({ length: Math.ceil(count / FLAT_ROW_LENGTH) }, (_, row) => {
      const at = row * FLAT_ROW_LENGTH;
      return { a: at, b: at, at, length: Math.min(FLAT_ROW_LENGTH, count - at) };
    });
    return { rows, aStep: 1, bStep: 1 };
  }
  const aStrides = broadcastStrides(a, result);
  const bStrides = broadcastStrides(b, result);
  const length = result.at(-1) ?? 1;
  const rows = Array.from({ length: count / length }, (_, row) => {
    let [rest, aStart, bStart] = [row, 0, 0];
    for (let axis = result.length - 2; axis >= 0; axis -= 1) {
      const position = rest % result[axis]!;
      rest = (rest - position) / result[axis]!;
      aStart += position * aStrides[axis]!;
      bStart += position * bStrides[axis]!;
    }
    return { a: aStart, b: bStart, at: row * length, length };
  });
  return { rows, aStep: aStrides.at(-1) ?? 0, bStep: bStrides.at(-1) ?? 0 };
}

export function longestRow(rows: readonly BroadcastRow[]): number {
  return rows.reduce((longest, { length }) => Math.max(longest, length), 0);
}
