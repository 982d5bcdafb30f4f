import type { Issue } from '../core/parsed.js';
import { problemsIn } from '../core/parsed.js';
import { UserError } from '../core/errors.js';
import { printable, shorten } from '../core/legible.js';
import { rowMacs, type ConvolutionRow, type ProductRow, type ShapeRow } from './shape-table.js';

/** Bounds of what one table may ask for. */
export const shapeTableLimits = { bytes: 2 ** 22, rows: 10_000, extent: 2 ** 20, macs: 2 ** 42 } as const;

/** Columns of a table of convolutions and of one of matrix products, in the order in which SCALE-Sim reads them. */
const CONVOLUTION = [
  'Layer name',
  'IFMAP Height',
  'IFMAP Width',
  'Filter Height',
  'Filter Width',
  'Channels',
  'Num Filter',
  'Strides',
] as const;
const PRODUCT = ['Layer', 'M', 'N', 'K'] as const;

/**
 * The rows of a SCALE-Sim topology file. The first line names the columns: M, N, K for matrix products, else convolutions.
 *
 * As SCALE-Sim reads them (scalesim-project/SCALE-Sim@07dfd50, scalesim/topology_utils.py, load_arrays_conv and
 * load_arrays_gemm): cells by position, blank lines skipped, a convolution whose name has `DP` in it is depthwise and
 * Num Filter counts the filters of each channel. What may follow: a sparsity N:M, which must be dense here; the stride along
 * the width (scalesim-project/scale-sim-v2@013c54e) or, of products, the batch; notes, as the last cell of a line.
 *
 * Unlike SCALE-Sim, which drops whatever comes after the last comma, a number there counts.
 *
 * @throws UserError with every problem, at its line and column
 */
export function readScaleSim(bytes: Uint8Array): readonly ShapeRow[] {
  const { bytes: most, rows: mostRows } = shapeTableLimits;
  if (bytes.length > most) {
    throw new UserError({ found: `${bytes.length} bytes`, expected: `a table of at most ${most}` });
  }
  const [header = '', ...lines] = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const names = cellsOf(header);
  const problems: Issue[] = [];
  const isProduct = tableKind(names, problems) === 'product';
  const rows: ShapeRow[] = [];
  if (problems.length === 0) {
    const filled = lines
      .map((text, index) => ({ text, line: index + 2 }))
      .filter(({ text }) => /\S/.test(text));
    if (filled.length === 0 || filled.length > mostRows) {
      throw new UserError({ found: `${filled.length} layers`, expected: `1 to ${mostRows}` });
    }
    for (const { text, line } of filled) {
      const reader = new RowReader(cellsOf(text), line, isProduct ? PRODUCT : CONVOLUTION, problems);
      const row = isProduct ? productRow(reader) : convolutionRow(reader);
      if (row !== null) rows.push(row);
    }
  }
  if (problems.length > 0) throw problemsIn(null, problems);
  return rows;
}

function cellsOf(line: string): readonly string[] {
  return line.split(',').map((cell) => cell.trim());
}

function tableKind(header: readonly string[], problems: Issue[]): 'product' | 'convolution' {
  const letters = header.slice(1, 4).map((cell) => cell.toUpperCase());
  if (letters.join() === 'M,N,K') return 'product';
  const isNames = header.slice(1, 8).every((cell) => cell !== '' && Number.isNaN(Number(cell)));
  if (header.length < CONVOLUTION.length || !isNames || [...letters].sort().join() === 'K,M,N') {
    problems.push({
      path: 'line 1',
      got: shown(header.join(', ')),
      expected: `the columns ${PRODUCT.join(', ')} or ${CONVOLUTION.join(', ')}`,
    });
  }
  return 'convolution';
}

function convolutionRow(reader: RowReader): ConvolutionRow | null {
  const name = reader.name();
  const [inputHeight, inputWidth, filterHeight, filterWidth, channels, filters, strideHeight] =
    reader.extents();
  const strideWidth = reader.extras('a stride along the width', 1)[0] ?? strideHeight!;
  const row: ConvolutionRow = {
    kind: 'convolution',
    line: reader.line,
    name,
    inputHeight: inputHeight!,
    inputWidth: inputWidth!,
    filterHeight: filterHeight!,
    filterWidth: filterWidth!,
    channels: channels!,
    filters: filters!,
    strideHeight: strideHeight!,
    strideWidth,
    depthwise: name.includes('DP'),
  };
  if (row.filterHeight > row.inputHeight)
    reader.report(3, `${filterHeight}`, `at most IFMAP Height, ${inputHeight}`);
  if (row.filterWidth > row.inputWidth)
    reader.report(4, `${filterWidth}`, `at most IFMAP Width, ${inputWidth}`);
  return reader.finish(row);
}

function productRow(reader: RowReader): ProductRow | null {
  const name = reader.name();
  const [m, n, k] = reader.extents();
  const batch = reader.extras('a batch', 2).at(-1) ?? 1;
  return reader.finish({ kind: 'product', line: reader.line, name, m: m!, n: n!, k: k!, batch });
}

/** The cells of one line. What is wrong with them goes into the list of problems. */
class RowReader {
  readonly line: number;
  readonly #cells: readonly string[];
  readonly #columns: readonly string[];
  readonly #problems: Issue[];
  readonly #before: number;

  constructor(cells: readonly string[], line: number, columns: readonly string[], problems: Issue[]) {
    this.line = line;
    this.#cells = cells;
    this.#columns = columns;
    this.#problems = problems;
    this.#before = problems.length;
  }

  name(): string {
    const [name] = this.#cells;
    if (name === '') this.report(0, 'nothing', 'a name');
    return name!;
  }

  /** The numbers below the named columns; NaN for what is none. */
  extents(): readonly number[] {
    return this.#columns.slice(1).map((_, index) => this.#extent(index + 1));
  }

  /** Whole numbers beyond the named columns, at most `most`. A sparsity must be dense, a note the last thing of its line. */
  extras(what: string, most: number): readonly number[] {
    const numbers: number[] = [];
    for (let column = this.#columns.length; column < this.#cells.length; column += 1) {
      const cell = this.#cells[column]!;
      if (cell.startsWith('#')) break;
      const [, kept, of] = /^(\d+):(\d+)$/.exec(cell) ?? [];
      const isNote = column === this.#cells.length - 1 && !/^[\d.+-]/.test(cell);
      if (cell === '' || isNote || (kept !== undefined && kept === of)) continue;
      if (kept !== undefined) this.report(column, `sparsity ${shown(cell)}`, 'dense layers, 1:1');
      else if (numbers.length < most) numbers.push(this.#extent(column, what));
      else this.report(column, shown(cell), 'nothing more');
    }
    return numbers;
  }

  report(column: number, got: string, expected: string): void {
    const name = this.#columns[column];
    const path = `line ${this.line}, column ${column + 1}${name === undefined ? '' : ` (${name})`}`;
    this.#problems.push({ path, got, expected });
  }

  /** The row, unless something was wrong with it or it asks for too much. */
  finish<Row extends ShapeRow>(row: Row): Row | null {
    if (this.#problems.length > this.#before) return null;
    const macs = rowMacs(row);
    if (macs <= shapeTableLimits.macs) return row;
    this.#problems.push({
      path: `line ${this.line}`,
      got: `${macs.toExponential(1)} multiply-accumulates`,
      expected: `at most ${shapeTableLimits.macs.toExponential(1)}`,
    });
    return null;
  }

  #extent(column: number, what = 'a whole number'): number {
    const cell = this.#cells[column];
    const value = /^\d{1,9}$/.test(cell ?? '') ? Number(cell) : NaN;
    if (value >= 1 && value <= shapeTableLimits.extent) return value;
    this.report(column, shown(cell ?? ''), `${what} from 1 to ${shapeTableLimits.extent}`);
    return NaN;
  }
}

function shown(text: string): string {
  return text === '' ? 'nothing' : `'${shorten(printable(text), 60)}'`;
}
