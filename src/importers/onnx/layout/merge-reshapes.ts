import { sameShape } from '../../../tensor/shape.js';
import type { FloatGraph, ValueId } from '../../../ir/graph.js';
import { withoutDeadNodes } from '../../../ir/use.js';
import { verified } from '../../../ir/verify.js';

/** Of reshapes in a row only the last one counts, and one that changes nothing goes. */
export function mergeReshapes(graph: FloatGraph): FloatGraph {
  /** What a reshape reshapes, behind reshapes before it. */
  const sources = new Map<ValueId, ValueId>();
  const aliases = new Map<ValueId, ValueId>();
  const resolve = (id: ValueId): ValueId => aliases.get(id) ?? id;
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map(resolve);
    if (node.op !== 'reshape') return { ...node, inputs };
    const source = sources.get(inputs[0]!) ?? inputs[0]!;
    sources.set(node.output, source);
    if (sameShape(graph.values.get(source)!.shape, node.shape)) aliases.set(node.output, source);
    return { ...node, inputs: [source] };
  });
  const outputs = graph.outputs.map((port) => ({ ...port, value: resolve(port.value) }));
  return verified(withoutDeadNodes({ ...graph, nodes, outputs }), 'mergeReshapes');
}
