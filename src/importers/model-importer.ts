import { UserError } from '../core/errors.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
import type { OnnxImportOptions } from './onnx/options.js';

/** What an import is told besides the bytes of the model. */
export interface ModelImportOptions extends OnnxImportOptions {
  /**
   * Whose arithmetic an already quantized model is given: `tflite-reference` (the default for TFLite), `tflite-xnnpack`,
   * `tflite-micro`, `onnxruntime` (the default for ONNX), or a requantizer by name.
   */
  readonly semantics?: string | undefined;
}

/** Makes a graph of the bytes of one format. */
export type ModelImporter = (bytes: Uint8Array, options: ModelImportOptions) => FloatGraph | IntGraph;

export function refuseSemantics({ semantics }: ModelImportOptions, found: string): void {
  if (semantics === undefined) return;
  throw new UserError({
    place: '--semantics',
    found: `${semantics} for ${found}`,
    expected: 'such a choice for quantized TFLite and ONNX models only',
  });
}
