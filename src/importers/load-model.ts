import { namingFile, UserError } from '../core/errors.js';
import { isTflite } from '../formats/tflite-reader.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
import { readIntegerGraph } from './integer-graph/read.js';
import { importOnnx } from './onnx/import.js';
import type { OnnxImportOptions } from './onnx/options.js';
import { holdsCodes, integerGraphOf } from './quantized/convert.js';
import { withDequantizedConstants } from './quantized/dequantized-constants.js';
import { defaultStack, semanticsFrom } from './quantized/semantics.js';
import { importTflite } from './tflite/import.js';

/** What an import is told besides the bytes of the model. */
export interface ModelImportOptions extends OnnxImportOptions {
  /**
   * Whose arithmetic an already quantized model is given: `tflite-reference` (the default for TFLite), `tflite-xnnpack`,
   * `tflite-micro`, `onnxruntime` (the default for ONNX), or a requantizer by name.
   */
  readonly semantics?: string | undefined;
}

/**
 * Reads a model by what its bytes are, not by its name: a float ONNX or TFLite file gives a float graph; a quantized one, and
 * a safetensors file written by bitmac, an integer graph.
 *
 * @throws UserError, naming the file, for everything else and for models outside what is supported.
 */
export function parseModel(bytes: Uint8Array, options: ModelImportOptions): FloatGraph | IntGraph {
  return namingFile(options.file, () => {
    if (isIntegerModel(bytes)) {
      refuseSemantics(options, 'an integer graph, whose arithmetic is settled');
      return readIntegerGraph(bytes);
    }
    const format = isTflite(bytes) ? 'tflite' : 'onnx';
    const graph = format === 'tflite' ? importTflite(bytes, options) : importOnnx(bytes, options);
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
  });
}

function refuseSemantics({ semantics }: ModelImportOptions, found: string): void {
  if (semantics === undefined) return;
  throw new UserError({
    place: '--semantics',
    found: `${semantics} for ${found}`,
    expected: 'such a choice for quantized TFLite and ONNX models only',
  });
}

/** Whether the bytes are a safetensors file: the length of its JSON header, then the header's brace. */
export function isIntegerModel(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && bytes[7] === 0 && bytes[6] === 0;
}
