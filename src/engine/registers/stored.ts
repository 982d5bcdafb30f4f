import { byteOf, type ElementFormat } from '../../hw/components/sram.js';

/** Codes before they are stored; bytes are in them as they will be. */
export type CodeList = Uint8Array | Float64Array;

/** Room for so many codes. */
export function codeList(length: number, { bytes }: Pick<ElementFormat, 'bytes'>): CodeList {
  return bytes === 1 ? new Uint8Array(length) : new Float64Array(length);
}

/** Codes as a memory stores them, one after the other. */
export function storedBytes(codes: CodeList, { bytes }: Pick<ElementFormat, 'bytes'>): Uint8Array {
  if (codes instanceof Uint8Array) return codes;
  const stored = new Uint8Array(codes.length * bytes);
  for (let i = 0; i < codes.length; i += 1) {
    for (let byte = 0; byte < bytes; byte += 1) stored[i * bytes + byte] = byteOf(codes[i]!, byte);
  }
  return stored;
}

/** Rows of codes of `bits` bits side by side, the lowest bits of a byte first; the last byte of a row is filled up with zeros. */
export function packedBytes(codes: ArrayLike<number>, rowLength: number, bits: number): Uint8Array {
  const bytesOfRow = Math.ceil((rowLength * bits) / 8);
  const stored = new Uint8Array((codes.length / rowLength) * bytesOfRow);
  for (let i = 0; i < codes.length; i += 1) {
    const inRow = i % rowLength;
    const firstBit = ((i - inRow) / rowLength) * bytesOfRow * 8 + inRow * bits;
    for (let bit = 0; bit < bits; bit += 1) {
      const at = firstBit + bit;
      stored[at >> 3]! |= ((codes[i]! >> bit) & 1) << (at & 7);
    }
  }
  return stored;
}
