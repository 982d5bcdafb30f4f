import { formatName } from '../../arith/int-format.js';
import type { PlainArray } from '../../formats/elements.js';
import type { Graph, Port } from '../../ir/graph.js';
import { inversePermutation, permuteShape, type Shape } from '../../tensor/shape.js';
import { storageType, tensorFrom, type Tensor } from '../../tensor/tensor.js';
import type { Preprocessing } from './preprocessing.js';
import { RowReader } from './rows.js';

/** The shape of a port in the axes of the source model. */
export function outsideShape(graph: Graph, port: Port): Shape {
  const inside = graph.values.get(port.value)!.shape;
  return port.permutation === null ? inside : permuteShape(inside, inversePermutation(port.permutation));
}

/** Stored rows as an input of a model takes them. */
export interface InputRows {
  readonly rowCount: number;
  /** In the axes of the source model: real numbers, or codes where the model takes them and the data is such. */
  readonly row: (index: number) => Tensor;
}

/** @throws UserError where rows do not fit the input. */
export function inputRows(
  graph: Graph,
  port: Port,
  array: PlainArray,
  preprocessing: Preprocessing,
): InputRows {
  const reader = new RowReader(array, outsideShape(graph, port), preprocessing);
  const codes = codeType(graph, port, array, preprocessing);
  return {
    rowCount: reader.rowCount,
    row: (index) => {
      const reals = reader.row(index);
      return codes === null ? reals : tensorFrom(codes, reals.shape, reals.data);
    },
  };
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
