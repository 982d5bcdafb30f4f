import type { FloatGraph, IntGraph } from '../../ir/graph.js';
import { type ModelImportOptions, refuseSemantics } from '../model-importer.js';
import { holdsCodes, integerGraphOf } from './convert.js';
import { withDequantizedConstants } from './dequantized-constants.js';
import { defaultStack, semanticsFrom } from './semantics.js';

/** What an imported graph is: an integer graph, with the arithmetic asked for, where it holds codes, else a float graph. */
export function settleArithmetic(
  graph: FloatGraph,
  format: 'tflite' | 'onnx',
  options: ModelImportOptions,
): FloatGraph | IntGraph {
  if (!holdsCodes(graph)) {
    refuseSemantics(options, 'a float model, which has no integer arithmetic yet');
    return withDequantizedConstants(graph);
  }
  const { semantics } = options;
  return integerGraphOf(
    graph,
    semantics === undefined
      ? { stack: defaultStack(format), requantizer: null }
      : semanticsFrom(semantics, format),
  );
}
