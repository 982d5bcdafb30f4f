import { namingFile } from '../../core/errors.js';
import type { FloatGraph } from '../../ir/graph.js';
import { GraphImport } from './graph-import.js';
import { removeTransposes } from './layout/index.js';
import type { OnnxImportOptions } from './options.js';
import { foldBias } from './patterns/fold-bias.js';
import { recognizeGelu } from './patterns/gelu.js';
import { readSourceModel, refuseUnknownOpset } from './source-model.js';

/**
 * The float graph of an ONNX model. Tensors with spatial axes are NHWC inside; ports say how a caller's axes relate.
 *
 * Refuses, as a `UserError` that names file, node and what is supported: damaged files, operators and opsets that are not
 * known, dimensions left open, parameters that are not constant, weights that are not finite.
 *
 * @example
 * const graph = importOnnx(await readFile('resnet20.onnx'), { file: 'resnet20.onnx' });
 */
export function importOnnx(bytes: Uint8Array, options: OnnxImportOptions): FloatGraph {
  return namingFile(options.file, () =>
    foldBias(recognizeGelu(removeTransposes(importInSourceOrder(bytes, options)))),
  );
}

/** The graph node by node, in the source's order of axes, before anything is simplified. */
export function importInSourceOrder(bytes: Uint8Array, options: OnnxImportOptions): FloatGraph {
  const source = readSourceModel(bytes, options.shapesOnly);
  refuseUnknownOpset(source);
  const graph = new GraphImport(source, options);
  source.inputs.forEach((_, index) => graph.declareInput(index));
  for (const node of source.nodes) graph.importNode(node);
  return graph.finish();
}
