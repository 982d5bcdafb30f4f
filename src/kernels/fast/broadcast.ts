import { broadcastStrides, elementCount, sameShape, type Shape } from '../../tensor/shape.js';

/** One row along the last axis of a broadcast result: where its operands and its results lie. */
export interface BroadcastRow {
  readonly a: number;
  readonly b: number;
  readonly at: number;
}

/** Two operands as rows along the last axis of their result. Operands advance by 0 where that axis repeats them. */
export interface BroadcastRows {
  readonly rows: readonly BroadcastRow[];
  readonly length: number;
  readonly aStep: number;
  readonly bStep: number;
}

/**
 * The rows of a NumPy broadcast. Operands of one shape are one long row, unless the last axis is needed (`byChannel`).
 */
export function broadcastRows(a: Shape, b: Shape, result: Shape, byChannel: boolean): BroadcastRows {
  const count = elementCount(result);
  if (!byChannel && sameShape(a, b)) {
    return { rows: [{ a: 0, b: 0, at: 0 }], length: count, aStep: 1, bStep: 1 };
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
    return { a: aStart, b: bStart, at: row * length };
  });
  return { rows, length, aStep: aStrides.at(-1) ?? 0, bStep: bStrides.at(-1) ?? 0 };
}
