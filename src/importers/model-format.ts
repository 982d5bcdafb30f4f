import { isTflite } from '../formats/tflite-identifier.js';

/** What a model file is, by its bytes and not by its name: `integer` is a safetensors file written by bitmac. */
export type ModelFormat = 'integer' | 'tflite' | 'onnx';

/** The format of a model file. ONNX has no mark of its own: it is what is left. */
export function modelFormat(bytes: Uint8Array): ModelFormat {
  if (isSafetensors(bytes)) return 'integer';
  return isTflite(bytes) ? 'tflite' : 'onnx';
}

/** The length of the JSON header, then the header's brace. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && bytes[7] === 0 && bytes[6] === 0;
}
