import type { IntGraph } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import type { Shape } from '../tensor/shape.js';
import { tensorBytes } from '../lower/workload/value-bytes.js';
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
}

/** A network as the machine sees it: its layers in the order they run. A graph is one, and so is a table of shapes. */
export interface Network {
  readonly name: string;
  /** There are no values: only time, traffic and energy have a meaning. */
  readonly shapesOnly: boolean;
  readonly layers: readonly Layer[];
}

/** What a graph asks of a machine. */
export function networkOf(graph: IntGraph): Network {
  const layers = graph.nodes.map((node): Layer => {
    return {
      name: node.name,
      op: node.op,
      outputShape: graph.values.get(node.output)!.shape,
      parameterBytes: parameterBytes(node, graph),
      workload: workloadOf(node, graph),
    };
  });
  return { name: graph.name, shapesOnly: false, layers };
}

function parameterBytes(node: IntNode, graph: IntGraph): number {
  return tensorBytes(
    node.inputs.filter((id) => graph.constants.has(id)),
    graph,
  );
}
