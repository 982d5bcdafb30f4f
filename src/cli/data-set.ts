import { namingFile, UserError } from '../core/errors.js';
import { readArrayFile, splitMember } from '../importers/dataset/array-file.js';
import type { Preprocessing } from '../importers/dataset/preprocessing.js';
import { inputRows, type InputRows } from '../importers/dataset/input-rows.js';
import { parseRows, rowNumbers } from '../importers/dataset/rows.js';
import { asNumbers } from '../importers/dataset/array-file.js';
import type { PlainArray } from '../formats/elements.js';
import type { Graph } from '../ir/graph.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Io } from './io.js';

/** Rows of data for every input of a graph. */
export interface DataSet {
  /** How many rows are stored. */
  readonly rowCount: number;
  /** The stored row numbers chosen, in order. */
  readonly rows: readonly number[];
  /** One tensor an input, in the axes of the source model: real numbers, or codes where the model takes them and the data is such. */
  readonly inputs: (row: number) => Tensor[];
}

/** Reads an array as the user named it: a path, `file.npz#array`. */
export async function readArray(io: Io, path: string): Promise<PlainArray> {
  const { file, member } = splitMember(path);
  const bytes = await io.readFile(file);
  return namingFile(file, () => readArrayFile(bytes, member));
}

/**
 * Opens the data named by an option: one file, or `input=file` for each of several inputs.
 *
 * @throws UserError naming the file where rows do not fit the model's input.
 */
export async function openDataSet(
  io: Io,
  graph: Graph,
  files: readonly string[],
  rowRange: { readonly option: string; readonly text: string | undefined },
  preprocessing: Preprocessing,
): Promise<DataSet> {
  const named = new Map<string, string>();
  for (const text of files) {
    const port = graph.inputs.find(({ name }) => text.startsWith(`${name}=`)) ?? graph.inputs[named.size];
    if (port === undefined) {
      throw new UserError({
        place: 'data',
        found: `${files.length} files`,
        expected: `one per input: ${inputNames(graph)}`,
      });
    }
    if (named.has(port.name)) {
      throw new UserError({
        place: 'data',
        found: `two files for input '${port.name}'`,
        expected: `one per input: ${inputNames(graph)}`,
      });
    }
    named.set(port.name, text.startsWith(`${port.name}=`) ? text.slice(port.name.length + 1) : text);
  }
  const readers: InputRows[] = [];
  for (const port of graph.inputs) {
    const path = named.get(port.name);
    if (path === undefined) {
      throw new UserError({
        place: 'data',
        found: `nothing for input '${port.name}'`,
        expected: 'name=file',
      });
    }
    const array = await readArray(io, path);
    readers.push(namingFile(path, () => inputRows(graph, port, array, preprocessing)));
  }
  const rowCount = Math.min(...readers.map((reader) => reader.rowCount));
  const rows = rowNumbers(parseRows(rowRange.text, rowCount, rowRange.option));
  return { rowCount, rows, inputs: (row) => readers.map((reader) => reader.row(row)) };
}

function inputNames(graph: Graph): string {
  return graph.inputs.map(({ name }) => name).join(', ');
}

/** Labels as whole numbers, one a row. */
export async function readLabels(io: Io, path: string): Promise<ArrayLike<number>> {
  const array = await readArray(io, path);
  if (array.shape.filter((extent) => extent !== 1).length > 1) {
    throw new UserError({
      file: path,
      found: `labels of shape ${array.shape.join('x')}`,
      expected: 'one class number per row',
    });
  }
  return asNumbers(array);
}
