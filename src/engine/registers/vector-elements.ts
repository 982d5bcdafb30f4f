import type { Graph } from '../../ir/graph.js';
import type { IntNode, MovementNode } from '../../ir/operators.js';
import { movementKernels } from '../../kernels/movement.js';
import type { BindKernel } from '../../kernels/kernel.js';
import type { Part } from '../../lower/program/step.js';
import { inputInterval } from '../../lower/space/axis.js';
import type { Interval } from '../../lower/space/interval.js';
import type { VectorWorkload } from '../../lower/workload/workload.js';
import { elementCount, stridesOf, type Shape } from '../../tensor/shape.js';
import { tensorFrom } from '../../tensor/tensor.js';

/** An element of an operand of a node. */
export interface OperandElement {
  readonly operand: number;
  readonly index: number;
}

type Activations = Extract<Part, { readonly of: 'activations' }>;
type Outputs = Extract<Part, { readonly of: 'outputs' }>;

/** Which operands' elements a vector layer brings, tile by tile, and which results a tile makes. */
export interface VectorElements {
  /** In the order in which a load brings them. */
  readonly loaded: (part: Activations) => OperandElement[];
  /** Operands that are loaded once and whole, as parameters. */
  readonly parameters: readonly number[];
  /** Offsets of a tile's results. */
  readonly made: (part: Outputs) => number[];
}

export function vectorElements(node: IntNode, graph: Graph, workload: VectorWorkload): VectorElements {
  const shapes = node.inputs.map((id) => graph.values.get(id)!.shape);
  const output = graph.values.get(node.output)!.shape;
  const rest = node.inputs.map((_, operand) => operand).slice(1);
  switch (node.op) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'stackBinary': {
      const isStreamed = shapes.map((shape) => elementCount(shape) === elementCount(output));
      const operands = [...shapes.keys()];
      return {
        ...flat(workload, (index) =>
          operands.filter((operand) => isStreamed[operand]).map((operand) => ({ operand, index })),
        ),
        parameters: operands.filter((operand) => !isStreamed[operand]),
      };
    }
    case 'transpose':
    case 'slice':
    case 'gather':
    case 'pad':
    case 'concat': {
      const sources = movementSources(node, shapes, output);
      const parameters = node.op === 'concat' ? [] : rest;
      if (node.op === 'pad') return { ...flat(workload, (index) => [{ operand: 0, index }]), parameters };
      return { ...flat(workload, (index) => [sources[index]!]), parameters };
    }
    case 'mean':
    case 'stackMean':
      return { ...flat(workload, reducedElements(shapes[0]!, node.axes)), parameters: rest };
    case 'argMax':
      return { ...flat(workload, reducedElements(shapes[0]!, [node.axis])), parameters: rest };
    case 'maxPool':
    case 'averagePool':
    case 'stackAveragePool':
    case 'resize':
    case 'stackResize':
      return { ...spatial(workload, shapes[0]!, output), parameters: rest };
    default:
      return { ...flat(workload, (index) => [{ operand: 0, index }]), parameters: rest };
  }
}

/** Positions x channels of a result in one row: what output `index` needs is loaded for it alone. */
function flat(
  { rows, channels: width }: VectorWorkload,
  elementsOf: (index: number) => readonly OperandElement[],
): Pick<VectorElements, 'loaded' | 'made'> {
  const each = (positions: Interval, channels: Interval): number[] => {
    const indices: number[] = [];
    for (let position = positions.start; position < positions.end; position += 1) {
      for (let channel = channels.start; channel < channels.end; channel += 1)
        indices.push(position * width + channel);
    }
    return indices;
  };
  return {
    loaded: ({ positions, inputChannels }) =>
      each(inputInterval(rows, positions.rows), inputChannels).flatMap(elementsOf),
    made: ({ positions, channels }) => each(positions.rows, channels.outputChannels),
  };
}

/** Images in NHWC: the region that a tile's windows meet, channel by channel. */
function spatial(
  { rows, columns }: VectorWorkload,
  input: Shape,
  output: Shape,
): Pick<VectorElements, 'loaded' | 'made'> {
  return {
    loaded: ({ positions, inputChannels }) =>
      offsetsOf(input, [
        positions.images,
        inputInterval(rows, positions.rows),
        inputInterval(columns, positions.columns),
        inputChannels,
      ]).map((index) => ({ operand: 0, index })),
    made: ({ positions, channels }) =>
      offsetsOf(output, [positions.images, positions.rows, positions.columns, channels.outputChannels]),
  };
}

/** Offsets of a box of a tensor, the last axis innermost. */
function offsetsOf(shape: Shape, box: readonly Interval[]): number[] {
  return box.reduce<number[]>(
    (offsets, { start, end }, axis) =>
      offsets.flatMap((offset) =>
        Array.from({ length: end - start }, (_, i) => offset * shape[axis]! + start + i),
      ),
    [0],
  );
}

/** Where each result of an operator that moves elements comes from: the operator itself, moving their places. */
function movementSources(node: MovementNode, shapes: readonly Shape[], output: Shape): OperandElement[] {
  let count = 0;
  const firsts = shapes.map((shape) => (count += elementCount(shape)) - elementCount(shape));
  const places = shapes.map((shape, operand) =>
    tensorFrom(
      'int32',
      shape,
      Array.from({ length: elementCount(shape) }, (_, i) => firsts[operand]! + i),
    ),
  );
  const type = { kind: 'int', format: { bits: 32, signed: true }, quantization: null } as const;
  const kernel = movementKernels[node.op] as unknown as BindKernel<MovementNode>;
  const bound = kernel(
    node,
    shapes.map((shape) => ({ shape, type, constant: null })),
    { shape: output, type },
  );
  return Array.from(bound(places).data, (place) => {
    const operand = firsts.findLastIndex((first) => first <= place);
    return { operand, index: place - firsts[operand]! };
  });
}

/** For each result of a reduction over whole axes, the elements that it is made of. */
function reducedElements(
  shape: Shape,
  axes: readonly number[],
): (index: number) => readonly OperandElement[] {
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const [strides, keptStrides] = [stridesOf(shape), stridesOf(kept)];
  const elements: OperandElement[][] = Array.from({ length: elementCount(kept) }, () => []);
  for (let index = 0; index < elementCount(shape); index += 1) {
    const output = shape.reduce((sum, extent, axis) => {
      const position = Math.floor(index / strides[axis]!) % extent;
      return sum + (axes.includes(axis) ? 0 : position * keptStrides[axis]!);
    }, 0);
    elements[output]!.push({ operand: 0, index });
  }
  return (index) => elements[index]!;
}
