import { namingFile, UserError } from '../core/errors.js';
import { readArrayFile, splitMember } from '../importers/dataset/array-file.js';
import type { Preprocessing } from '../importers/dataset/preprocessing.js';
import { parseRows, RowReader, rowNumbers } from '../importers/dataset/rows.js';
import { asNumbers } from '../importers/dataset/array-file.js';
import type { PlainArray } from '../formats/elements.js';
import type { Graph, Port } from '../ir/graph.js';
import { inversePermutation, permuteShape, type Shape } from '../tensor/shape.js';
import { storageType, tensorFrom, type Tensor } from '../tensor/tensor.js';
import { formatName } from '../arith/int-format.js';
import type { Io } from './io.js';

/** The shape of a port in the axes of the source model. */
export function outsideShape(graph: Graph, port: Port): Shape {
  const inside = graph.values.get(port.value)!.shape;
  return port.permutation === null ? inside : permuteShape(inside, inversePermutation(port.permutation));
}

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
  const readers: ((row: number) => Tensor)[] = [];
  const counts: number[] = [];
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
    const reader = namingFile(path, () => new RowReader(array, outsideShape(graph, port), preprocessing));
    const codes = codeType(graph, port, array, preprocessing);
    counts.push(reader.rowCount);
    readers.push((row) => {
      const reals = reader.row(row);
      return codes === null ? reals : tensorFrom(codes, reals.shape, reals.data);
    });
  }
  const rowCount = Math.min(...counts);
  const rows = rowNumbers(parseRows(rowRange.text, rowCount, rowRange.option));
  return { rowCount, rows, inputs: (row) => readers.map((read) => read(row)) };
}

/**
 * The type of stored codes; null where the data is real numbers. Integers of the very format that the source model's input has
 * are its codes, unless preprocessing says that they are something else.
 */
function codeType(
  graph: Graph,
  port: Port,
  array: PlainArray,
  { divide, mean, std }: Preprocessing,
): ReturnType<typeof storageType> | null {
  const { type } = graph.values.get(port.value)!;
  const isPlain = divide === 1 && mean.every((each) => each === 0) && std.every((each) => each === 1);
  const isCodes = port.takesCodes === true && type.kind === 'int' && array.type === formatName(type.format);
  return isCodes && isPlain ? storageType(type.format) : null;
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
