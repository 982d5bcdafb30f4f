import { namingFile, UserError } from '../core/errors.js';
import { startsWith } from '../formats/bytes.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
import { readIntegerGraph } from './integer-graph/read.js';
import { importOnnx } from './onnx/import.js';
import type { OnnxImportOptions } from './onnx/options.js';

const flatbufferIdentifier = [0x54, 0x46, 0x4c, 0x33]; // TFL3

/**
 * Reads a model by what its bytes are, not by its name: a float ONNX file gives a float graph, a safetensors file written
 * by bitmac an integer graph.
 *
 * @throws UserError, naming the file, for everything else and for models outside what is supported.
 */
export function parseModel(bytes: Uint8Array, options: OnnxImportOptions): FloatGraph | IntGraph {
  return namingFile(options.file, () => {
    refuseOtherFormats(bytes);
    return isIntegerModel(bytes) ? readIntegerGraph(bytes) : importOnnx(bytes, options);
  });
}

/** Refuses the model files of others that we know by their bytes. */
export function refuseOtherFormats(bytes: Uint8Array): void {
  if (!startsWith(bytes.subarray(4), flatbufferIdentifier)) return;
  throw new UserError({
    found: 'a TensorFlow Lite file',
    expected: 'a float ONNX file or an integer graph written by bitmac',
    suggestion: 'TFLite files are not read yet',
  });
}

/** Whether the bytes are a safetensors file: the length of its JSON header, then the header's brace. */
export function isIntegerModel(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && bytes[7] === 0 && bytes[6] === 0;
}
