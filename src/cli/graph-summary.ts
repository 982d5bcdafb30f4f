import { formatName } from '../arith/int-format.js';
import type { Graph, Value } from '../ir/graph.js';
import { nodeMacs } from '../lower/workload/node-macs.js';
import type { GraphSummary } from '../report/graph-summary-text.js';

/** What is in a graph, as plain values. */
export function graphSummary(graph: Graph): GraphSummary {
  const nodes = graph.nodes.map((node) => {
    const output = graph.values.get(node.output)!;
    const constants = node.inputs.flatMap((id) => graph.constants.get(id) ?? []);
    return {
      name: node.name,
      op: node.op,
      outputShape: output.shape,
      ...gridOf(output),
      parameterBytes: constants.reduce((sum, { data }) => sum + data.byteLength, 0),
      macs: nodeMacs(node, graph),
    };
  });
  return {
    schema: 'bitmac-integer-inspection/1',
    dialect: graph.dialect,
    name: graph.name,
    metadata: graph.metadata,
    nodes,
    totals: {
      nodes: nodes.length,
      parameterBytes: nodes.reduce((sum, node) => sum + node.parameterBytes, 0),
      macs: nodes.reduce((sum, node) => sum + node.macs, 0),
    },
  };
}

/** The codes of a value, and the reals they stand for. */
function gridOf({ type }: Value): Pick<GraphSummary['nodes'][number], 'format' | 'scale' | 'zeroPoint'> {
  if (type.kind !== 'int') return { format: 'float32', scale: null, zeroPoint: null };
  const { format, quantization } = type;
  return {
    format: formatName(format),
    scale: quantization?.scales[0] ?? null,
    zeroPoint: quantization?.zeroPoint ?? null,
  };
}
