import type { FloatGraph } from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { rewriteFloatGraph, type Pass } from '../../ir/pass.js';
import { Executor } from '../../kernels/executor.js';
import { floatKernels } from '../../kernels/float/index.js';

/** Computes, once and in float, whatever depends on no input of the graph: only activations have calibrated ranges. */
export const foldConstants: Pass<FloatGraph> = {
  name: 'foldConstants',
  run: (graph) => {
    const known = new Set(graph.constants.keys());
    const nodes = graph.nodes.filter(({ inputs, output }) => {
      const isKnown = inputs.every((id) => known.has(id));
      if (isKnown) known.add(output);
      return isKnown;
    });
    const outputs = nodes.map(({ output }) => ({ name: output, value: output, permutation: null }));
    const results = new Executor({ ...graph, inputs: [], outputs, nodes }, floatKernels).run([]);
    return rewriteFloatGraph(graph, {
      replacements: new Map<FloatNode, readonly FloatNode[]>(nodes.map((node) => [node, []])),
      constants: new Map(nodes.map(({ output }, index) => [output, results[index]!])),
    });
  },
};
