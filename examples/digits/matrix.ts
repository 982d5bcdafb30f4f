/** A matrix inside a larger array: element (i, j) is `data[offset + i * rowStride + j * columnStride]`. */
export interface Matrix {
  readonly data: Float64Array;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A row-major matrix that starts at `offset`. */
export function matrix(data: Float64Array, rows: number, columns: number, offset = 0): Matrix {
  return { data, offset, rows, columns, rowStride: columns, columnStride: 1 };
}

/** The same elements with rows and columns exchanged. (No object spread: one hidden class keeps `addProduct` fast.) */
export function transposed(m: Matrix): Matrix {
  return {
    data: m.data,
    offset: m.offset,
    rows: m.columns,
    columns: m.rows,
    rowStride: m.columnStride,
    columnStride: m.rowStride,
  };
}

/**
 * `c += a · b`, where `c` is row-major.
 *
 * Tiles of 2x4 sums stay in registers over the whole inner dimension; the rim is summed one by one.
 */
export function addProduct(c: Matrix, a: Matrix, b: Matrix): void {
  const tiledRows = c.rows - (c.rows % 2);
  const tiledColumns = c.columns - (c.columns % 4);
  for (let i = 0; i < tiledRows; i += 2) {
    for (let j = 0; j < tiledColumns; j += 4) addTile2x4(c, a, b, i, j);
  }
  for (let i = 0; i < c.rows; i += 1) {
    for (let j = i < tiledRows ? tiledColumns : 0; j < c.columns; j += 1) addElement(c, a, b, i, j);
  }
}

function addTile2x4(c: Matrix, a: Matrix, b: Matrix, i: number, j: number): void {
  const left = a.data;
  const right = b.data;
  const columnStride = b.columnStride;
  const leftStep = a.columnStride;
  const rightStep = b.rowStride;
  const innerCount = a.columns;
  let row0 = a.offset + i * a.rowStride;
  let row1 = row0 + a.rowStride;
  let column = b.offset + j * columnStride;
  let [s00, s01, s02, s03] = [0, 0, 0, 0];
  let [s10, s11, s12, s13] = [0, 0, 0, 0];

  for (let inner = 0; inner < innerCount; inner += 1) {
    const a0 = left[row0]!;
    const a1 = left[row1]!;
    const b0 = right[column]!;
    const b1 = right[column + columnStride]!;
    const b2 = right[column + 2 * columnStride]!;
    const b3 = right[column + 3 * columnStride]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    row0 += leftStep;
    row1 += leftStep;
    column += rightStep;
  }

  const sums = c.data;
  const out0 = c.offset + i * c.rowStride + j;
  const out1 = out0 + c.rowStride;
  sums[out0]! += s00;
  sums[out0 + 1]! += s01;
  sums[out0 + 2]! += s02;
  sums[out0 + 3]! += s03;
  sums[out1]! += s10;
  sums[out1 + 1]! += s11;
  sums[out1 + 2]! += s12;
  sums[out1 + 3]! += s13;
}

function addElement(c: Matrix, a: Matrix, b: Matrix, i: number, j: number): void {
  let sum = 0;
  for (let inner = 0; inner < a.columns; inner += 1) {
    const factor = b.data[b.offset + inner * b.rowStride + j * b.columnStride]!;
    sum += a.data[a.offset + i * a.rowStride + inner * a.columnStride]! * factor;
  }
  c.data[c.offset + i * c.rowStride + j]! += sum;
}
