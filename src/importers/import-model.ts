import { namingFile } from '../core/errors.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
import { type ModelFormat, modelFormat } from './model-format.js';
import type { ModelImporter, ModelImportOptions } from './model-importer.js';

const LOAD: Readonly<Record<ModelFormat, () => Promise<ModelImporter>>> = {
  integer: async () => (await import('./integer-graph/import-model.js')).importIntegerModel,
  tflite: async () => (await import('./tflite/import-model.js')).importTfliteModel,
  onnx: async () => (await import('./onnx/import-model.js')).importOnnxModel,
};

/** What `parseModel` does, with the importer of one format loaded when a model of that format comes. */
export async function importModel(
  bytes: Uint8Array,
  options: ModelImportOptions,
): Promise<FloatGraph | IntGraph> {
  const importer = await LOAD[modelFormat(bytes)]();
  return namingFile(options.file, () => importer(bytes, options));
}
