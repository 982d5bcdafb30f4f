import { concatBytes, encodeUtf8 } from './bytes.js';
import { encodeElements } from './elements.js';
import { wireTypes, type WireType } from './protobuf.js';

/**
 * Builds one protobuf message, field by field, in the order of the calls. Every value is written, zeros too;
 * large byte strings are not copied before `finish`.
 *
 * @example
 * new ProtoWriter().int(1, 150).finish(); // 08 96 01
 */
export class ProtoWriter {
  readonly #parts: Uint8Array[] = [];

  /** An integer of any schema type; negative ones take ten bytes, as protobuf prescribes. */
  int(field: number, value: number | bigint): this {
    this.#tag(field, 'varint');
    this.#parts.push(encodeVarint(BigInt(value)));
    return this;
  }

  float32(field: number, value: number): this {
    this.#tag(field, 'fixed32');
    this.#parts.push(encodeElements(Float32Array.of(value), 'float32'));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, 'bytes');
    this.#parts.push(encodeVarint(BigInt(value.length)), value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, encodeUtf8(value));
  }

  message(field: number, value: ProtoWriter): this {
    this.#tag(field, 'bytes');
    const length = value.#parts.reduce((sum, part) => sum + part.length, 0);
    this.#parts.push(encodeVarint(BigInt(length)));
    // Not push(...parts): a large graph has more parts than a call may have arguments.
    for (const part of value.#parts) this.#parts.push(part);
    return this;
  }

  /** A packed repeated field of integers. */
  packedInts(field: number, values: Iterable<number | bigint>): this {
    return this.bytes(field, concatBytes(Array.from(values, (value) => encodeVarint(BigInt(value)))));
  }

  finish(): Uint8Array {
    return concatBytes(this.#parts);
  }

  #tag(field: number, wire: WireType): void {
    this.#parts.push(encodeVarint(BigInt(field * 8 + wireTypes[wire])));
  }
}

function encodeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
