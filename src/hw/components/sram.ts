import { constants } from 'node:buffer';
import { InvariantError, UserError } from '../../core/errors.js';
import type { Extent } from './activity.js';
import { extentOf } from './addresses.js';
import type { ValueRoom } from './value-room.js';

/** How the elements of a content are stored: little-endian two's complement or unsigned. */
export interface ElementFormat {
  readonly bytes: number;
  readonly signed: boolean;
}

/** A memory of bytes. What is written before an edge is there after it. */
export class Sram {
  readonly name: string;
  /** Whether nobody looks at what is written before the next edge: then it is written at once. */
  areUnseen = false;
  readonly #bytes: Uint8Array;
  readonly #signedBytes: Int8Array;
  /** What is written at the next edge: so many addresses and bytes as are counted, and bytes in a row. */
  readonly #addresses: number[] = [];
  readonly #values: number[] = [];
  #written = 0;
  readonly #rows: { readonly address: number; readonly bytes: Uint8Array }[] = [];

  /**
   * @param fill what every byte holds at first: a value that nobody wrote should be conspicuous
   * @throws UserError where no array is so large
   */
  constructor(name: string, capacityBytes: number, room: ValueRoom, fill = 0xa5) {
    if (capacityBytes > constants.MAX_LENGTH) {
      throw new UserError({
        place: `the ${name}`,
        found: `${capacityBytes} bytes`,
        expected: `at most ${constants.MAX_LENGTH} bytes where every one of them is there`,
        suggestion: 'take a smaller buffer, or --engine formula',
      });
    }
    this.name = name;
    this.#bytes = room.uint8(capacityBytes).fill(fill);
    this.#signedBytes = new Int8Array(this.#bytes.buffer, this.#bytes.byteOffset, capacityBytes);
  }

  /** The bytes of elements, which are inside. */
  extentOf(addresses: Int32Array, { bytes }: ElementFormat): Extent {
    return this.#inside(extentOf(this, addresses, bytes));
  }

  /** The bytes in a row. */
  rowOf(address: number, bytes: number): Extent {
    return this.#inside({ of: this, first: address, end: address + bytes });
  }

  read(address: number, { bytes, signed }: ElementFormat): number {
    if (bytes === 1) return signed ? this.#signedBytes[address]! : this.#bytes[address]!;
    const top = this.#bytes[address + bytes - 1]!;
    let value = signed && top >= 128 ? top - 256 : top;
    for (let i = bytes - 2; i >= 0; i -= 1) value = value * 256 + this.#bytes[address + i]!;
    return value;
  }

  /** What there is to read where elements are bytes. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** An element of less than whole bytes: `bits` bits from a bit on, counted from the lowest of byte 0. */
  readBits(firstBit: number, bits: number, signed: boolean): number {
    let value = 0;
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      const at = firstBit + bit;
      value = 2 * value + ((this.#bytes[Math.floor(at / 8)]! >> (at % 8)) & 1);
    }
    return signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  write(address: number, value: number, { bytes }: ElementFormat): void {
    for (let i = 0; i < bytes; i += 1) {
      const byte = byteOf(value, i);
      if (this.areUnseen) this.#bytes[address + i] = byte;
      else this.#writeAtEdge(address + i, byte);
    }
  }

  writeRow(address: number, bytes: Uint8Array): void {
    if (this.areUnseen) this.#bytes.set(bytes, address);
    else this.#rows.push({ address, bytes });
  }

  tick(): void {
    for (let i = 0; i < this.#written; i += 1) this.#bytes[this.#addresses[i]!] = this.#values[i]!;
    this.#written = 0;
    for (const { address, bytes } of this.#rows) this.#bytes.set(bytes, address);
    this.#rows.length = 0;
  }

  #writeAtEdge(address: number, byte: number): void {
    this.#addresses[this.#written] = address;
    this.#values[this.#written] = byte;
    this.#written += 1;
  }

  #inside(extent: Extent): Extent {
    const { first, end } = extent;
    if (first >= 0 && end <= this.#bytes.length) return extent;
    throw new InvariantError(`${this.name}: an access is inside`, { first, end });
  }
}

/** A byte of an integer in two's complement, 0 the lowest. */
export function byteOf(value: number, index: number): number {
  return (index === 0 ? value : Math.floor(value / 256 ** index)) & 0xff;
}
