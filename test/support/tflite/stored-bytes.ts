import { tensorFrom, type ElementType } from '../../../src/tensor/tensor.js';

/** Elements as a `.tflite` file stores them: little-endian, as this machine does. */
export function storedBytes(type: string, values: readonly number[]): Uint8Array {
  if (type === 'int64') return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  const { buffer } = tensorFrom(type as ElementType, [values.length], values).data;
  return new Uint8Array(buffer as ArrayBuffer);
}
