import type { Node } from './operators.js';

const ARRAY_OPERATORS = ['conv2d', 'depthwiseConv2d', 'convTranspose2d', 'fullyConnected', 'matMul'] as const;

/** Operators of either dialect that run on the MAC array: each output is a sum of products in an accumulator. */
export type ArrayNode<N extends Node = Node> = Extract<N, { readonly op: (typeof ARRAY_OPERATORS)[number] }>;

export function isArrayNode<N extends Node>(node: N): node is ArrayNode<N> {
  return ARRAY_OPERATORS.some((op) => op === node.op);
}
