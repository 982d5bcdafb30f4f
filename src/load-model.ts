import { readFile } from 'node:fs/promises';
import type { FloatGraph, IntGraph } from './ir/graph.js';
import { importModel } from './importers/import-model.js';
import type { ModelImportOptions } from './importers/model-importer.js';
import { readExternalBeside } from './importers/external-files.js';

/**
 * Reads a model file: a float ONNX or TFLite model gives a float graph; a quantized one, and a file written by
 * `writeIntegerGraph`, an integer graph. External data is read from the model's own folder only.
 *
 * @throws UserError, naming the file, where it is no such model or outside what is supported.
 */
export async function loadModel(
  path: string,
  options: Omit<ModelImportOptions, 'file' | 'readExternal'> = {},
): Promise<FloatGraph | IntGraph> {
  return importModel(await readFile(path), {
    ...options,
    file: path,
    readExternal: readExternalBeside(path),
  });
}
