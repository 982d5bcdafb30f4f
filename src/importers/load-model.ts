import { namingFile } from '../core/errors.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
import { importIntegerModel } from './integer-graph/import-model.js';
import { type ModelFormat, modelFormat } from './model-format.js';
import type { ModelImporter, ModelImportOptions } from './model-importer.js';
import { importOnnxModel } from './onnx/import-model.js';
import { importTfliteModel } from './tflite/import-model.js';

const IMPORTERS: Readonly<Record<ModelFormat, ModelImporter>> = {
  integer: importIntegerModel,
  tflite: importTfliteModel,
  onnx: importOnnxModel,
};

/**
 * Reads a model by what its bytes are, not by its name: a float ONNX or TFLite file gives a float graph; a quantized one, and
 * a safetensors file written by bitmac, an integer graph.
 *
 * @throws UserError, naming the file, for everything else and for models outside what is supported.
 */
export function parseModel(bytes: Uint8Array, options: ModelImportOptions): FloatGraph | IntGraph {
  return namingFile(options.file, () => IMPORTERS[modelFormat(bytes)](bytes, options));
}
