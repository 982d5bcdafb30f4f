import type { IntGraph } from '../../ir/graph.js';
import { hosted, type FloatNode, type IntNode } from '../../ir/operators.js';

/** QuantizeLinear per channel, with an axis. */
const BASE = 13;

/**
 * The lowest version of the standard operators that has everything the graph needs: 13, more for what came later
 * (onnx/onnx, `docs/Changelog.md`).
 */
export function requiredOpset(graph: IntGraph): number {
  const needs = graph.nodes.map((node) => opsetOf(graph, node));
  const edges = [...graph.inputs, ...graph.outputs].map(({ value }) => opsetOfValue(graph, value));
  return [...needs, ...edges].reduce((most, need) => Math.max(most, need), BASE);
}

/** The version of the file format that goes with an opset (onnx/onnx, `docs/Versioning.md`). */
export function irVersionOf(opset: number): number {
  if (opset < 15) return 7;
  if (opset < 19) return 8;
  return opset < 21 ? 9 : 10;
}

function opsetOf(graph: IntGraph, node: IntNode): number {
  const values =
    node.op === 'layerNormalization' ? [node.inputs[0]!, node.output] : [...node.inputs, node.output];
  const least = values.reduce((most, id) => Math.max(most, opsetOfValue(graph, id)), BASE);
  return Math.max(least, ownOpset(node));
}

function ownOpset(node: IntNode | FloatNode): number {
  switch (node.op) {
    case 'float':
      return ownOpset(hosted(node));
    case 'unary':
      if (node.function.kind === 'gelu') return 20;
      return node.function.kind === 'hardSwish' ? 14 : BASE;
    case 'layerNormalization':
      return 17;
    case 'reshape':
      return node.shape.includes(0) ? 14 : BASE; // the attribute allowzero
    default:
      return BASE;
  }
}

/** 16-bit codes came with opset 21; 32-bit ones are biases and tables. */
function opsetOfValue(graph: IntGraph, id: string): number {
  const { type } = graph.values.get(id)!;
  return type.kind === 'int' && type.format.bits > 8 && type.format.bits <= 16 ? 21 : BASE;
}
