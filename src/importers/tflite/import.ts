import { namingFile, UserError } from '../../core/errors.js';
import { parseTfliteModel } from '../../formats/tflite-reader.js';
import type { FloatGraph, ValueId } from '../../ir/graph.js';
import { distinctNames, SubgraphImport } from './subgraph-import.js';
import type { TfliteImportOptions } from './options.js';

/**
 * The graph of a TensorFlow Lite model. Codes stay codes: an operator on them is dequantize, operate, quantize, which
 * `integerGraphOf` (`importers/quantized/`) makes an integer operator. Operators that only move elements move codes.
 *
 * Refuses, as a `UserError` that names file, operator and what is supported: damaged files, operators that are not known,
 * parameters that are not constant, and shapes that are not fixed.
 */
export function importTflite(bytes: Uint8Array, options: TfliteImportOptions): FloatGraph {
  return namingFile(options.file, () => {
    const { subgraphs, description } = parseTfliteModel(bytes);
    const [main, ...others] = subgraphs;
    if (main === undefined || others.length > 0) {
      throw new UserError({
        place: 'model',
        found: `${subgraphs.length} subgraphs`,
        expected: 'one: control flow is not supported',
      });
    }
    const graph = new SubgraphImport(main);
    main.operators.forEach((_, index) => graph.importOperator(index));
    return graph.finish(options.file, description);
  });
}

/** The ids that the values of the tensors of subgraph 0 have in the imported graph, by the tensors' numbers. */
export function tfliteTensorIds(bytes: Uint8Array): readonly ValueId[] {
  return distinctNames(parseTfliteModel(bytes).subgraphs[0]?.tensors ?? []);
}
