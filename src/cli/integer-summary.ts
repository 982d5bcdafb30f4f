import { formatName } from '../arith/int-format.js';
import type { IntGraph, Value } from '../ir/graph.js';
import { workloadOf } from '../lower/workload/workload-of.js';
import { arrayMacs } from '../lower/workload/workload.js';
import type { IntegerSummary } from '../report/integer-summary-text.js';

/** What is in an integer graph, as plain values. */
export function integerSummary(graph: IntGraph): IntegerSummary {
  const nodes = graph.nodes.map((node) => {
    const output = graph.values.get(node.output)!;
    const workload = workloadOf(node, graph);
    const constants = node.inputs.flatMap((id) => graph.constants.get(id) ?? []);
    return {
      name: node.name,
      op: node.op,
      outputShape: output.shape,
      format: formatText(output),
      parameterBytes: constants.reduce((sum, { data }) => sum + data.byteLength, 0),
      macs: workload.kind === 'array' ? arrayMacs(workload) : 0,
    };
  });
  return {
    schema: 'bitmac-integer-inspection/1',
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

/** `int8, scale 0.0235, zero point -3`. */
function formatText({ type }: Value): string {
  if (type.kind !== 'int') return 'float32';
  const { format, quantization } = type;
  const grid =
    quantization === null
      ? ''
      : `, scale ${quantization.scales[0]!.toPrecision(4)}, zero ${quantization.zeroPoint}`;
  return formatName(format) + grid;
}
