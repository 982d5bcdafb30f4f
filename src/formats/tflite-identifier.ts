import { startsWith } from './bytes.js';

/** `TFL3`, after the offset of the root table. */
const identifier = [0x54, 0x46, 0x4c, 0x33];
export const identifierOffset = 4;

/** Whether the bytes say that they are a TensorFlow Lite model. */
export function isTflite(bytes: Uint8Array): boolean {
  return startsWith(bytes.subarray(identifierOffset), identifier);
}
