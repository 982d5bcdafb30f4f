import { InvariantError } from '../../core/errors.js';

/** How the elements of a content are stored: little-endian two's complement or unsigned. */
export interface ElementFormat {
  readonly bytes: number;
  readonly signed: boolean;
}

/** A memory of bytes. What is written in a cycle is there from the next one on. */
export class Sram {
  readonly name: string;
  readonly #bytes: Uint8Array;
  /** What is written at the next edge: so many addresses and values as are counted. */
  readonly #addresses: number[] = [];
  readonly #values: number[] = [];
  #written = 0;

  /** @param fill what every byte holds at first: a value that nobody wrote should be conspicuous */
  constructor(name: string, capacityBytes: number, fill = 0xa5) {
    this.name = name;
    this.#bytes = new Uint8Array(capacityBytes).fill(fill);
  }

  read(address: number, { bytes, signed }: ElementFormat): number {
    if (address < 0 || address + bytes > this.#bytes.length) throw this.#outside('read', address);
    const top = this.#bytes[address + bytes - 1]!;
    let value = signed && top >= 128 ? top - 256 : top;
    for (let i = bytes - 2; i >= 0; i -= 1) value = value * 256 + this.#bytes[address + i]!;
    return value;
  }

  /** An element of less than whole bytes: `bits` bits from a bit on, counted from the lowest of byte 0. */
  readBits(firstBit: number, bits: number, signed: boolean): number {
    let value = 0;
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      const at = firstBit + bit;
      const byte = this.read(Math.floor(at / 8), { bytes: 1, signed: false });
      value = 2 * value + (Math.floor(byte / 2 ** (at % 8)) % 2);
    }
    return signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  writeByte(address: number, value: number): void {
    if (address < 0 || address >= this.#bytes.length) throw this.#outside('write', address);
    this.#addresses[this.#written] = address;
    this.#values[this.#written] = value;
    this.#written += 1;
  }

  write(address: number, value: number, { bytes }: ElementFormat): void {
    for (let i = 0; i < bytes; i += 1) this.writeByte(address + i, byteOf(value, i));
  }

  tick(): void {
    for (let i = 0; i < this.#written; i += 1) this.#bytes[this.#addresses[i]!] = this.#values[i]!;
    this.#written = 0;
  }

  #outside(access: string, address: number): InvariantError {
    return new InvariantError(`${this.name}: a ${access} is inside`, { address });
  }
}

/** A byte of an integer in two's complement, 0 the lowest. */
export function byteOf(value: number, index: number): number {
  const shifted = Math.floor(value / 256 ** index);
  return shifted - Math.floor(shifted / 256) * 256;
}
