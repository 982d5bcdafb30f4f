import type { FloatGraph } from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { rewriteFloatGraph, type Pass } from '../../ir/pass.js';
import { soleReader, usesOf } from '../../ir/use.js';

/**
 * Fuses a clamp (ReLU, ReLU6, Clip) into the operator that makes its input, so that only the activated value is
 * quantized (white paper 2.3.2). Exact. Declines where the pre-activation has another reader. Chains of clamps fuse.
 */
export const fuseActivations: Pass<FloatGraph> = {
  name: 'fuseActivations',
  run: (graph) => {
    const uses = usesOf(graph);
    const replacements = new Map<FloatNode, readonly FloatNode[]>();
    for (const node of graph.nodes) {
      if (!('activation' in node)) continue;
      let fused = node;
      for (;;) {
        const reader = soleReader(uses, fused.output);
        if (reader?.op !== 'unary' || reader.function.kind !== 'clip') break;
        const { min, max } = reader.function;
        const before = fused.activation ?? { min: -Infinity, max: Infinity };
        const activation = { min: clamp(before.min, min, max), max: clamp(before.max, min, max) };
        fused = { ...fused, activation, output: reader.output };
        replacements.set(reader, []);
      }
      if (fused !== node) replacements.set(node, [fused]);
    }
    return rewriteFloatGraph(graph, { replacements, constants: new Map() });
  },
};

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
