import { assertNever } from '../../core/errors.js';
import type { Graph, ValueId } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import type { Pad } from '../../ir/ops/movement.js';
import type { AxisTaps } from '../../ir/ops/resize.js';
import { padSource } from '../../tensor/pad.js';
import { elementCount, stridesOf, type Shape } from '../../tensor/shape.js';
import { identityAxis, kernelAxes, type TapsAxis } from '../space/axis.js';
import type { ArrayNode } from '../../ir/array-node.js';
import { tensorBytes, valueBytes } from './value-bytes.js';
import type { VectorWorkload } from './workload.js';

/** Integer operators that the vector unit computes. */
export type VectorNode = Exclude<IntNode, ArrayNode | { readonly op: 'reshape' | 'float' }>;

/** Softmax and its logarithm: the maximum; exponentials and their sum; the result. */
const SOFTMAX_PASSES = 3;
/** The sum; the squared differences and their sum; the result. */
const LAYER_NORMALIZATION_PASSES = 3;

/** The workload of an operator on the vector unit: one lane operation for each element it has to touch. */
export function vectorWorkload(node: VectorNode, graph: Graph): VectorWorkload {
  const shapes = node.inputs.map((id) => graph.values.get(id)!.shape);
  const output = graph.values.get(node.output)!.shape;
  switch (node.op) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'stackBinary':
      return elementwise(node, graph);
    case 'requantize':
    case 'lut':
    case 'transpose':
    case 'concat':
    case 'slice':
    case 'gather':
      return flat(node, graph, 1);
    case 'pad':
      return { ...flat(node, graph, 1), rows: padAxis(node, shapes[0]!, output) };
    case 'maxPool':
    case 'averagePool':
    case 'stackAveragePool':
      return spatial(
        node,
        graph,
        kernelAxes('window', node, shapes[0]!, output),
        node.kernelHeight * node.kernelWidth,
      );
    case 'resize':
    case 'stackResize':
      return spatial(node, graph, resizeAxes(node, shapes[0]!), resizeTaps(node));
    case 'mean':
    case 'stackMean':
    case 'argMax': {
      const count = elementCount(shapes[0]!) / elementCount(output);
      const workload = flat(node, graph, count);
      return { ...workload, inputBytes: count * workload.inputBytes };
    }
    case 'softmax':
    case 'logSoftmax':
    case 'stackSoftmax':
      return alongLastAxis(node, graph, SOFTMAX_PASSES);
    case 'layerNormalization':
      return alongLastAxis(node, graph, LAYER_NORMALIZATION_PASSES);
    default:
      return assertNever(node);
  }
}

/** Output element i from element i of the first operand; the other operands are parameters. */
function flat(node: VectorNode, graph: Graph, operationsPerOutput: number): VectorWorkload {
  const output = graph.values.get(node.output)!;
  const inputBytes = valueBytes(node.inputs[0]!, graph);
  const parameters = node.op === 'concat' ? [] : node.inputs.slice(1);
  return {
    kind: 'vector',
    images: 1,
    rows: identityAxis(elementCount(output.shape)),
    columns: identityAxis(1),
    channels: 1,
    wholeChannels: false,
    inputBytes,
    outputBytes: valueBytes(node.output, graph),
    operationsPerOutput,
    readBytesPerOutput: operationsPerOutput * inputBytes,
    parameterBytes: tensorBytes(parameters, graph),
  };
}

/**
 * The results of a pad in one row, and the element of the input that each copies. What copies none stands where the next one
 * that does would read, so that a tile reads no more than the elements between its own.
 */
function padAxis({ before, mode }: Pad, input: Shape, output: Shape): TapsAxis {
  const [inputStrides, outputStrides] = [stridesOf(input), stridesOf(output)];
  const sources = Array.from({ length: elementCount(output) }, (_, index) =>
    input.reduce((sum, extent, axis) => {
      const position = (Math.floor(index / outputStrides[axis]!) % output[axis]!) - before[axis]!;
      const source = padSource(position, extent, mode);
      return sum < 0 || source < 0 ? -1 : sum + source * inputStrides[axis]!;
    }, 0),
  );
  let next = elementCount(input) - 1;
  for (let index = sources.length - 1; index >= 0; index -= 1) {
    if (sources[index]! >= 0) next = sources[index]!;
    else sources[index] = next;
  }
  return {
    kind: 'taps',
    inputExtent: elementCount(input),
    outputExtent: sources.length,
    lower: sources,
    upper: sources,
  };
}

/** Operands of the output's size are streamed; smaller ones are broadcast and kept as parameters. */
function elementwise(node: VectorNode, graph: Graph): VectorWorkload {
  const streamed = node.inputs.filter((id) => followsOutput(id, node, graph));
  const broadcast = node.inputs.filter((id) => !followsOutput(id, node, graph));
  const inputBytes = streamed.reduce((sum, id) => sum + valueBytes(id, graph), 0);
  return {
    ...flat(node, graph, 1),
    inputBytes,
    readBytesPerOutput: inputBytes,
    parameterBytes: tensorBytes(broadcast, graph),
  };
}

/** Whether an operand of elementwise work has an element for each of the output. */
export function followsOutput(id: ValueId, { output }: VectorNode, graph: Graph): boolean {
  const count = (value: ValueId): number => elementCount(graph.values.get(value)!.shape);
  return count(id) === count(output);
}

/** Whole positions over the last axis, in several passes. */
function alongLastAxis(node: VectorNode, graph: Graph, passes: number): VectorWorkload {
  const { shape } = graph.values.get(node.output)!;
  return {
    ...flat(node, graph, passes),
    rows: identityAxis(elementCount(shape.slice(0, -1))),
    channels: shape.at(-1) ?? 1,
    wholeChannels: true,
  };
}

type Resize = Pick<Extract<VectorNode, { op: 'resize' }>, 'rows' | 'columns'>;
type SpatialAxes = Pick<VectorWorkload, 'rows' | 'columns'>;

/** NHWC in and out, channel by channel. */
function spatial(
  node: VectorNode,
  graph: Graph,
  axes: SpatialAxes,
  operationsPerOutput: number,
): VectorWorkload {
  const { shape } = graph.values.get(node.output)!;
  return { ...flat(node, graph, operationsPerOutput), ...axes, images: shape[0]!, channels: shape[3]! };
}

function resizeAxes(node: Resize, input: Shape): SpatialAxes {
  return { rows: tapsAxis(node.rows, input[1]!), columns: tapsAxis(node.columns, input[2]!) };
}

function tapsAxis({ lower, upper }: AxisTaps, inputExtent: number): TapsAxis {
  return { kind: 'taps', inputExtent, outputExtent: lower.length, lower, upper };
}

/** Input elements blended into an output: two along each axis that interpolates anywhere. */
function resizeTaps({ rows, columns }: Resize): number {
  return tapsAlong(rows) * tapsAlong(columns);
}

function tapsAlong({ lower, upper }: AxisTaps): number {
  return lower.some((position, index) => position !== upper[index]) ? 2 : 1;
}
