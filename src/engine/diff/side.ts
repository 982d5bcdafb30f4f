import { permuteShape, type Shape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { FloatGraph, Graph, IntGraph, Port, Value, ValueId, ValueType } from '../../ir/graph.js';
import type { Node } from '../../ir/operators.js';
import type { ValueObserver } from '../../kernels/executor.js';
import { FloatRunner, IntegerRunner } from '../run.js';

/** A value that one side of a comparison shows, and what makes it. Codes and shape are in inside layout. */
export interface ShownValue {
  readonly value: Value;
  /** Position of its node in the order of execution; null for an input of the graph and for what was recorded. */
  readonly index: number | null;
  readonly node: string | null;
  /** `conv2d`, `float softmax` for work of the host, `input`, `recorded`. */
  readonly operator: string;
  /** Recorded real numbers, compared as the nearest codes of the grid that the other side has. */
  readonly isQuantized: boolean;
}

/** An output of one side, in the axes of its source model. */
export interface ShownOutput {
  readonly name: string;
  readonly value: Value;
  readonly shape: Shape;
  readonly isQuantized: boolean;
}

/** One side of a comparison: a model that runs, or what a run of one left behind. */
export interface Side {
  /** In the order in which they are made. */
  readonly values: readonly ShownValue[];
  readonly outputs: readonly ShownOutput[];
  /**
   * Shows the values of one row; returns its outputs, codes as codes.
   *
   * @param row the number of the row in the data.
   * @param inputs one tensor an input, in the axes of the source model.
   */
  readonly run: (row: number, inputs: readonly Tensor[], observe: ValueObserver) => readonly Tensor[];
}

/** A model as one side of a comparison. */
export function modelSide(graph: FloatGraph | IntGraph): Side {
  return {
    values: shownValues(graph),
    outputs: graph.outputs.map((port) => ({
      name: port.name,
      value: graph.values.get(port.value)!,
      shape: outputShape(graph, port),
      isQuantized: false,
    })),
    run: runnerOf(graph),
  };
}

function runnerOf(graph: FloatGraph | IntGraph): Side['run'] {
  if (graph.dialect === 'integer') {
    const runner = new IntegerRunner(graph);
    return (_row, inputs, observe) => runner.run(inputs, observe).codes;
  }
  const runner = new FloatRunner(graph);
  return (_row, inputs, observe) => runner.run(inputs, observe);
}

/** Inputs, then what the nodes make. */
export function shownValues(graph: Graph): ShownValue[] {
  const inputs = graph.inputs.map(({ value }) => shown(graph, value, null, null, 'input'));
  const made = graph.nodes.map((node, index) =>
    shown(graph, node.output, index, node.name, operatorText(node)),
  );
  return [...inputs, ...made];
}

function shown(
  graph: Graph,
  id: ValueId,
  index: number | null,
  node: string | null,
  operator: string,
): ShownValue {
  return { value: graph.values.get(id)!, index, node, operator, isQuantized: false };
}

function operatorText(node: Node): string {
  return node.op === 'float' ? `float ${node.operator.op}` : node.op;
}

/** The shape of an output in the axes of the source model. */
export function outputShape(graph: Graph, { value, permutation }: Port): Shape {
  const inside = graph.values.get(value)!.shape;
  return permutation === null ? inside : permuteShape(inside, permutation);
}

/** The same real numbers have the same codes. */
export function sameType(a: ValueType, b: ValueType): boolean {
  if (a.kind === 'float32' || b.kind === 'float32') return a.kind === b.kind;
  const [p, q] = [a.quantization, b.quantization];
  const sameGrid =
    p === null || q === null
      ? p === q
      : p.zeroPoint === q.zeroPoint &&
        p.axis === q.axis &&
        p.scales.length === q.scales.length &&
        p.scales.every((scale, index) => scale === q.scales[index]);
  return sameGrid && a.format.bits === b.format.bits && a.format.signed === b.format.signed;
}
