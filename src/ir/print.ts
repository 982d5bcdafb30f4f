import { formatName } from '../arith/int-format.js';
import { shapeText } from '../tensor/shape.js';
import type { Graph, Value } from './graph.js';

/** A graph as text, one node a line: stable, so that dumps can be compared. */
export function printGraph(graph: Graph): string {
  const lines = graph.nodes.map((node) => {
    const { op, name, inputs, output, ...attributes } = node;
    const operands = inputs.map((id) => describeValue(graph.values.get(id)!)).join(', ');
    return `${describeValue(graph.values.get(output)!)} = ${op} '${name}' (${operands}) ${JSON.stringify(attributes)}`;
  });
  return [`${graph.dialect} graph '${graph.name}'`, ...lines].join('\n');
}

function describeValue({ id, shape, type }: Value): string {
  return `${id}: ${type.kind === 'float32' ? 'float32' : formatName(type.format)}[${shapeText(shape)}]`;
}
