import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';

/** Elements of an int32 vector. */
export const LANES = 4;

export function vectorsFor(columns: number): number {
  return Math.ceil(columns / LANES);
}

/** Vectors that are written out one after the other; more are a loop. */
const UNROLLED = 8;

/** What goes along with the elements: an address, and how far it is from a row to the next. */
export interface Pointer {
  readonly local: Local<'i32'>;
  readonly rowBytes: number;
}

/**
 * Writes the code that passes over the elements of an array, rows in turn, in vectors of four columns.
 *
 * @param write what is done with a vector, which lies at `offset` bytes from every pointer
 */
export function overVectors(
  f: FunctionBuilder,
  rows: number,
  vectors: number,
  pointers: readonly Pointer[],
  write: (offset: number) => void,
): void {
  const chunks = vectors < 2 * UNROLLED ? 0 : Math.floor(vectors / UNROLLED);
  const chunkBytes = UNROLLED * 4 * LANES;
  const writeOut = (count: number): void => {
    for (let vector = 0; vector < count; vector += 1) write(vector * 4 * LANES);
  };
  const left = f.let('i32', rows);
  f.doWhile(() => {
    if (chunks > 0) {
      const leftInRow = f.let('i32', chunks);
      f.doWhile(() => {
        writeOut(UNROLLED);
        for (const { local } of pointers) f.increase(local, chunkBytes);
        f.increase(leftInRow, -1);
      }, leftInRow);
    }
    writeOut(vectors - chunks * UNROLLED);
    for (const { local, rowBytes } of pointers) f.increase(local, rowBytes - chunks * chunkBytes);
    f.increase(left, -1);
  }, left);
}
