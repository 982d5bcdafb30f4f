import { UserError } from '../core/errors.js';

/** `length` bytes at `offset`, without copying; refuses a file that ends earlier. */
export function takeBytes(bytes: Uint8Array, offset: number, length: number, what: string): Uint8Array {
  const available = Math.max(0, bytes.length - offset);
  if (length > available) {
    throw new UserError({
      place: `byte ${offset}`,
      found: `${available} bytes of ${what} before the end of the file`,
      expected: `${length} bytes`,
      suggestion: 'the file looks truncated: fetch or export it again',
    });
  }
  return bytes.subarray(offset, offset + length);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether the bytes open with the given ones. */
export function startsWith(bytes: Uint8Array, opening: ArrayLike<number>): boolean {
  for (let i = 0; i < opening.length; i += 1) {
    if (bytes[i] !== opening[i]) return false;
  }
  return true;
}

/** One array out of several, end to end. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** The text of UTF-8 bytes, or null where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
