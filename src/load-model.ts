import { readFile } from 'node:fs/promises';
import type { FloatGraph, IntGraph } from './ir/graph.js';
import { parseModel } from './importers/load-model.js';
import { readExternalBeside } from './importers/external-files.js';
import type { OnnxImportOptions } from './importers/onnx/options.js';

/**
 * Reads a model file: a float ONNX model gives a float graph, a file written by `writeIntegerGraph` an integer graph.
 * External data is read from the model's own folder only.
 *
 * @throws UserError, naming the file, where it is no such model or outside what is supported.
 */
export async function loadModel(
  path: string,
  options: Omit<OnnxImportOptions, 'file' | 'readExternal'> = {},
): Promise<FloatGraph | IntGraph> {
  return parseModel(await readFile(path), { ...options, file: path, readExternal: readExternalBeside(path) });
}
