import { UserError } from '../core/errors.js';
import { decodeUtf8, viewOf } from './bytes.js';

/**
 * The protobuf wire format: https://protobuf.dev/programming-guides/encoding.
 *
 * A message is a run of fields, each a tag (number and wire type) and a value; nothing is self-describing
 * beyond that. Groups, which no current schema uses, are refused.
 */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
export type WireType = keyof typeof wireTypes;

const wireTypeNames = new Map<number, WireType>(
  Object.entries(wireTypes).map(([name, code]) => [code, name as WireType]),
);

/** Messages within messages. Protobuf's own libraries stop at 100 as well. */
const maxDepth = 100;
/** Messages in one file: an empty one takes two bytes of the file and hundreds of memory. */
const maxMessages = 2_000_000;
const maxVarintBytes = 10;

/** Where in the file a message is, and how many more the whole file may have. */
interface Nesting {
  readonly offset: number;
  readonly depth: number;
  readonly budget: { messages: number };
}

/**
 * Walks the fields of one message. Nothing is copied: `bytes()` and `message()` share the file's memory.
 * A field that is not asked for is thereby skipped.
 *
 * @example
 * const reader = new ProtoReader(file, 'tensor');
 * while (reader.next()) {
 *   if (reader.field === 8) name = reader.text();
 * }
 */
export class ProtoReader {
  /** Number of the current field. */
  field = 0;

  readonly #bytes: Uint8Array;
  readonly #path: string;
  readonly #nesting: Nesting;
  #wire: WireType = 'bytes';
  /** Where the current field's tag is, where its value begins, and where the next field begins. */
  #tag = 0;
  #start = 0;
  #next = 0;

  /** A reader over `bytes`; `path` is what errors call the message. */
  constructor(
    bytes: Uint8Array,
    path: string,
    nesting: Nesting = { offset: 0, depth: 0, budget: { messages: maxMessages } },
  ) {
    // A plain Uint8Array even where a Buffer came in, so that every part of it is plain too.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#path = path;
    this.#nesting = nesting;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#next === this.#bytes.length) return false;
    this.#tag = this.#next;
    this.#start = this.#endOfVarint(this.#tag);
    const tag = decodeVarintNumber(this.#bytes, this.#tag, this.#start);
    const wire = wireTypeNames.get(tag % 8);
    this.field = Math.floor(tag / 8);
    if (wire === undefined || this.field < 1 || this.field >= 2 ** 29) {
      throw this.refuse({
        found: `field number ${this.field} of wire type ${tag % 8}`,
        expected: `a field number from 1 and one of the wire types ${[...wireTypeNames.keys()].join(', ')}`,
        suggestion: 'the file is damaged, or is not of this format',
      });
    }
    this.#wire = wire;
    this.#next = this.#endOfValue();
    return true;
  }

  /** A 64-bit signed integer. */
  int64(): bigint {
    this.#expect('varint');
    return BigInt.asIntN(64, decodeVarint(this.#bytes, this.#start, this.#next));
  }

  /** An integer of any schema type that must be exact as a number. */
  integer(): number {
    const value = this.int64();
    if (value < Number.MIN_SAFE_INTEGER || value > Number.MAX_SAFE_INTEGER) {
      throw this.refuse({ found: `${value}`, expected: 'an integer of at most 53 bits' });
    }
    return Number(value);
  }

  float32(): number {
    this.#expect('fixed32');
    return viewOf(this.#bytes).getFloat32(this.#start, true);
  }

  bytes(): Uint8Array {
    this.#expect('bytes');
    this.#spend();
    return this.#bytes.subarray(this.#start, this.#next);
  }

  text(): string {
    this.#expect('bytes');
    const text = decodeUtf8(this.#bytes.subarray(this.#start, this.#next));
    if (text === null) throw this.refuse({ found: 'bytes that are not UTF-8', expected: 'text' });
    return text;
  }

  /** The current field as a message of its own, which errors call `name`. */
  message(name: string): ProtoReader {
    this.#expect('bytes');
    this.#spend();
    const { offset, depth, budget } = this.#nesting;
    if (depth === maxDepth) {
      throw this.refuse({
        found: 'a deeper message',
        expected: `at most ${maxDepth} messages within messages`,
      });
    }
    return new ProtoReader(this.#bytes.subarray(this.#start, this.#next), `${this.#path}.${name}`, {
      offset: offset + this.#start,
      depth: depth + 1,
      budget,
    });
  }

  /** The encoded elements of a repeated scalar: one of them, or a packed run. */
  scalars(wire: Exclude<WireType, 'bytes'>): Uint8Array {
    if (this.#wire !== 'bytes') this.#expect(wire);
    return this.#bytes.subarray(this.#start, this.#next);
  }

  /** An error at the current field. */
  refuse(details: { found: string; expected?: string; suggestion?: string }): UserError {
    const field = this.field === 0 ? '' : `, field ${this.field}`;
    return new UserError({
      place: `byte ${this.#nesting.offset + this.#tag} (${this.#path}${field})`,
      ...details,
    });
  }

  /** Where the current value ends, having moved `#start` past a length. */
  #endOfValue(): number {
    if (this.#wire === 'varint') return this.#endOfVarint(this.#start);
    if (this.#wire === 'fixed32') return this.#within(4);
    if (this.#wire === 'fixed64') return this.#within(8);
    const lengthStart = this.#start;
    this.#start = this.#endOfVarint(lengthStart);
    return this.#within(decodeVarintNumber(this.#bytes, lengthStart, this.#start));
  }

  #endOfVarint(start: number): number {
    const end = varintEnd(this.#bytes, start);
    if (end !== null) return end;
    throw this.refuse({
      found: 'an integer without an end',
      expected: `at most ${maxVarintBytes} bytes, within the message`,
      suggestion: 'the file looks truncated or damaged: fetch or export it again',
    });
  }

  #within(length: number): number {
    const available = this.#bytes.length - this.#start;
    if (length <= available) return this.#start + length;
    throw this.refuse({
      found: `a length of ${length} bytes`,
      expected: `at most the ${available} bytes that are left of the message`,
      suggestion: 'the file looks truncated or damaged: fetch or export it again',
    });
  }

  #expect(wire: WireType): void {
    if (this.#wire !== wire)
      throw this.refuse({ found: `a ${this.#wire} value`, expected: `a ${wire} value` });
  }

  #spend(): void {
    this.#nesting.budget.messages -= 1;
    if (this.#nesting.budget.messages < 0) {
      throw this.refuse({ found: 'another message', expected: `at most ${maxMessages} messages in a file` });
    }
  }
}

/** Index after the varint at `start`, or null where the bytes end within it or it is too long. */
export function varintEnd(bytes: Uint8Array, start: number): number | null {
  const last = Math.min(bytes.length, start + maxVarintBytes);
  for (let index = start; index < last; index += 1) {
    if (bytes[index]! < 0x80) return index + 1;
  }
  return null;
}

/** The low 64 bits of the varint in [start, end). */
export function decodeVarint(bytes: Uint8Array, start: number, end: number): bigint {
  if (end - start <= 4) return BigInt(decodeVarintNumber(bytes, start, end));
  let value = 0n;
  for (let index = end - 1; index >= start; index -= 1) {
    value = (value << 7n) | BigInt(bytes[index]! & 0x7f);
  }
  return BigInt.asUintN(64, value);
}

/** The varint in [start, end) as a number, rounded from 2^53 on. */
function decodeVarintNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let index = end - 1; index >= start; index -= 1) value = value * 0x80 + (bytes[index]! & 0x7f);
  return value;
}
