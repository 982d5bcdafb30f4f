import type { IntGraph, ValueId } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import type { Shape } from '../tensor/shape.js';
import { streamedOperands } from '../lower/workload/streamed-operands.js';
import { tensorBytes, valueBytes } from '../lower/workload/value-bytes.js';
import { workloadOf } from '../lower/workload/workload-of.js';
import type { Workload } from '../lower/workload/workload.js';

/** A layer as the machine sees it: what it is called, and what it asks for. */
export interface Layer {
  readonly name: string;
  readonly op: string;
  readonly outputShape: Shape;
  /** Bytes of its constants. */
  readonly parameterBytes: number;
  readonly workload: Workload;
  /** Absent where only shapes are known: nobody can tell which layer reads what. */
  readonly tensors?: LayerTensors;
}

/** The values that a layer reads and makes. */
export interface LayerTensors {
  /** Activations whose tiles it reads, constants included. */
  readonly streamed: readonly { readonly value: ValueId; readonly elementBytes: number }[];
  /** Activations it reads in another way: in the place of weights, as parameters, on the host. */
  readonly others: readonly ValueId[];
  readonly output: ValueId;
  readonly outputBytes: number;
  /** It has weights or parameters, and all of them are constants. */
  readonly hasConstantParameters: boolean;
}

/** A network as the machine sees it: its layers in the order they run. A graph is one, and so is a table of shapes. */
export interface Network {
  readonly name: string;
  /** There are no values: only time, traffic and energy have a meaning. */
  readonly shapesOnly: boolean;
  readonly layers: readonly Layer[];
  /** The values that are the network's results; absent where only shapes are known. */
  readonly outputs?: readonly ValueId[];
}

/** Graphs are simulated on one machine after the other. */
const NETWORKS = new WeakMap<IntGraph, Network>();

/** What a graph asks of a machine. */
export function networkOf(graph: IntGraph): Network {
  const network = NETWORKS.get(graph) ?? newNetworkOf(graph);
  NETWORKS.set(graph, network);
  return network;
}

function newNetworkOf(graph: IntGraph): Network {
  const layers = graph.nodes.map((node): Layer => {
    return {
      name: node.name,
      op: node.op,
      outputShape: graph.values.get(node.output)!.shape,
      parameterBytes: parameterBytes(node, graph),
      workload: workloadOf(node, graph),
      tensors: tensorsOf(node, graph),
    };
  });
  return { name: graph.name, shapesOnly: false, layers, outputs: graph.outputs.map(({ value }) => value) };
}

function tensorsOf(node: IntNode, graph: IntGraph): LayerTensors {
  const streamed = streamedOperands(node, graph);
  const parameters = node.inputs.filter((id) => !streamed.includes(id));
  const others = parameters.filter((id) => !graph.constants.has(id));
  return {
    streamed: streamed.map((value) => ({ value, elementBytes: valueBytes(value, graph) })),
    others,
    output: node.output,
    outputBytes: tensorBytes([node.output], graph),
    hasConstantParameters: parameters.length > 0 && others.length === 0,
  };
}

function parameterBytes(node: IntNode, graph: IntGraph): number {
  return tensorBytes(
    node.inputs.filter((id) => graph.constants.has(id)),
    graph,
  );
}
