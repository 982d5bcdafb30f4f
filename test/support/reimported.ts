import { InvariantError, UserError } from '../../src/core/errors.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import { qLinearScale } from '../../src/arith/requantizers/onnxruntime.js';
import { IntegerRunner } from '../../src/engine/run.js';
import { writeOnnxQdq } from '../../src/exporters/onnx-qdq/write.js';
import type { IntGraph, Quantization, ValueId } from '../../src/ir/graph.js';
import type { IntNode } from '../../src/ir/operators.js';
import { toOutside } from '../../src/kernels/ports.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { outwards } from './gridded-node.js';
import { importedInteger } from './onnx-imported.js';

/** A graph as its QDQ file says, under a semantics; null where it has no such file or sums of the file's types leave int32. */
export function reimported(graph: IntGraph, semantics: string): IntGraph | null {
  try {
    return importedInteger(writeOnnxQdq(graph), semantics);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** What goes into a graph: codes in inside axes, brought into those of its ports. */
export function outsideCodes(graph: IntGraph, fed: readonly Tensor[]): Tensor[] {
  return fed.map((operand, index) => toOutside(outwards(graph.inputs[index]!), operand));
}

/** The same as the float32 numbers that an exported file takes. */
export function realInputs(graph: IntGraph, inputs: readonly Tensor[]): Tensor[] {
  return new IntegerRunner(graph, referenceKernels).realInputs(inputs);
}

/** The codes of every output; null where a sum leaves int32, which kernels refuse. */
export function outputCodes(graph: IntGraph, inputs: readonly Tensor[]): number[][] | null {
  try {
    return new IntegerRunner(graph, referenceKernels).run(inputs).codes.map(({ data }) => [...data]);
  } catch (error) {
    if (error instanceof InvariantError && error.message.includes('leaves int32')) return null;
    throw error;
  }
}

/** The graph with the requantizers that ONNX Runtime has for its grids, where sums of products or of codes end in one. */
export function withOnnxRuntimeRequantizers(graph: IntGraph): IntGraph {
  return { ...graph, nodes: graph.nodes.map((node) => requantizedNode(graph, node)) };
}

function requantizedNode(graph: IntGraph, node: IntNode): IntNode {
  const scalesOf = (id: ValueId): readonly number[] => gridOf(graph, id).scales.map(Math.fround);
  const [y] = scalesOf(node.output);
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'convTranspose2d':
    case 'fullyConnected':
    case 'matMul': {
      const [x] = scalesOf(node.inputs[0]!);
      return {
        ...node,
        requantizer: ofScales(scalesOf(node.inputs[1]!).map((w) => qLinearScale(x!, w, y!))),
      };
    }
    case 'mean': {
      const [x] = scalesOf(node.inputs[0]!);
      const { shape } = graph.values.get(node.inputs[0]!)!;
      const count = node.axes.reduce((product, axis) => product * shape[axis]!, 1);
      return { ...node, requantizer: ofScales([Math.fround(x! / Math.fround(y! * count))]) };
    }
    default:
      return node;
  }
}

/** Scales below 2^−32 move no int32 by half a code. */
const ofScales = (scales: readonly number[]): Requantizer => ({
  kind: 'stack',
  rule: 'onnxruntime',
  channels: scales.map((scale) => ({ scale: Math.max(scale, 2 ** -32) })),
});

function gridOf(graph: IntGraph, id: ValueId): Quantization {
  const { type } = graph.values.get(id)!;
  return (
    (type as Extract<typeof type, { kind: 'int' }>).quantization ?? { scales: [1], zeroPoint: 0, axis: null }
  );
}
