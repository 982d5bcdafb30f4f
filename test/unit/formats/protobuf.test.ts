import { describe, expect, it } from 'vitest';
import { RepeatedScalar } from '../../../src/formats/protobuf-repeated.js';
import { ProtoWriter } from '../../../src/formats/protobuf-writer.js';
import { ProtoReader } from '../../../src/formats/protobuf.js';

/** A reader that stands at its first field. */
function firstField(...bytes: number[]): ProtoReader {
  const reader = new ProtoReader(Uint8Array.from(bytes), 'message');
  reader.next();
  return reader;
}

/** The scalars of a message in which every field is one repeated scalar. */
function collect(bytes: Uint8Array, wire: 'varint' | 'fixed32' | 'fixed64'): RepeatedScalar {
  const values = new RepeatedScalar(wire);
  const reader = new ProtoReader(bytes, 'message');
  while (reader.next()) values.add(reader);
  return values;
}

describe('ProtoReader', () => {
  it('reads the examples of the encoding guide', () => {
    expect(firstField(0x08, 0x96, 0x01).integer()).toBe(150);
    expect(firstField(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67).text()).toBe('testing');
    const nested = firstField(0x1a, 0x03, 0x08, 0x96, 0x01).message('c');
    expect(nested.next() && nested.integer()).toBe(150);
  });

  it('reads a negative int64 as ten bytes of two’s complement', () => {
    const bytes = new ProtoWriter().int(1, -2n).finish();
    expect(bytes.length).toBe(11);
    expect(firstField(...bytes).int64()).toBe(-2n);
  });

  it('skips every kind of field that is not asked for', () => {
    const nested = new ProtoWriter().text(1, 'unknown');
    const bytes = new ProtoWriter()
      .int(9, 2n ** 63n - 1n)
      .float32(8, 1)
      .message(7, nested)
      .int(2, 5)
      .finish();
    const reader = new ProtoReader(bytes, 'message');
    const fields: number[] = [];
    while (reader.next()) fields.push(reader.field);
    expect(fields).toEqual([9, 8, 7, 2]);
    expect(reader.integer()).toBe(5);
  });

  it('skips a fixed64 field', () => {
    const reader = firstField(0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x05);
    expect(reader.next() && reader.integer()).toBe(5);
  });

  it('shares the memory of the file, and gives plain arrays for a Buffer', () => {
    const reader = new ProtoReader(Buffer.from([0x0a, 0x02, 1, 2]), 'message');
    reader.next();
    expect(Object.getPrototypeOf(reader.bytes())).toBe(Uint8Array.prototype);
  });

  it.each([
    {
      why: 'a varint that the file cuts off',
      bytes: [0x08, 0x96],
      message: /byte 0 .*an integer without an end/,
    },
    {
      why: 'a varint of eleven bytes',
      bytes: [0x08, ...Array.from({ length: 10 }, () => 0x80), 0],
      message: /without an end/,
    },
    {
      why: 'a length past the end',
      bytes: [0x0a, 0x05, 1],
      message: /a length of 5 bytes, expected at most the 1/,
    },
    {
      why: 'a length of 2^63',
      bytes: [0x0a, ...Array.from({ length: 9 }, () => 0x80), 1],
      message: /a length of 9223372036854776000/,
    },
    { why: 'half a fixed32', bytes: [0x0d, 1, 2], message: /a length of 4 bytes, expected at most the 2/ },
    { why: 'a group', bytes: [0x0b], message: /field number 1 of wire type 3/ },
    { why: 'field number 0', bytes: [0x02, 0x00], message: /field number 0/ },
    {
      why: 'a field number past 2^29',
      bytes: [0x80, 0x80, 0x80, 0x80, 0x10, 0],
      message: /field number 536870912/,
    },
  ])('refuses $why', ({ bytes, message }) => {
    expect(() => firstField(...bytes)).toThrow(message);
  });

  it('refuses a value of another wire type, and says where', () => {
    const reader = new ProtoReader(Uint8Array.of(0x08, 0x01, 0x12, 0x00), 'model');
    reader.next();
    reader.next();
    expect(() => reader.integer()).toThrow(
      'byte 2 (model, field 2): found a bytes value, expected a varint value',
    );
  });

  it('names the place in the file, not in the nested message', () => {
    const graph = firstField(0x1a, 0x02, 0x0a, 0x09).message('graph');
    expect(() => graph.next()).toThrow(/^byte 2 \(message\.graph, field 1\): found a length of 9 bytes/);
  });

  it('refuses an integer that a number cannot hold', () => {
    expect(() => firstField(...new ProtoWriter().int(1, 2n ** 53n).finish()).integer()).toThrow(
      /at most 53 bits/,
    );
  });

  it('refuses text that is not UTF-8', () => {
    expect(() => firstField(0x0a, 0x01, 0xff).text()).toThrow(/not UTF-8/);
  });

  it('refuses messages more than 100 deep', () => {
    let bytes = new Uint8Array(0);
    for (let depth = 0; depth < 102; depth += 1)
      bytes = Uint8Array.from(new ProtoWriter().bytes(1, bytes).finish());
    const descend = (reader: ProtoReader): void => {
      if (reader.next()) descend(reader.message('m'));
    };
    expect(() => descend(new ProtoReader(bytes, 'm'))).toThrow(/at most 100 messages within messages/);
  });

  it('refuses a file that is nothing but empty messages', () => {
    const reader = new ProtoReader(
      new Uint8Array(2 * 2_000_001).map((_, index) => (index % 2 === 0 ? 0x0a : 0)),
      'm',
    );
    expect(() => {
      while (reader.next()) reader.bytes();
    }).toThrow(/at most 2000000 messages in a file/);
  });
});

describe('RepeatedScalar', () => {
  it('joins packed runs and single elements in order', () => {
    const bytes = new ProtoWriter()
      .packedInts(1, [1, 300])
      .int(1, -1)
      .packedInts(1, [])
      .packedInts(1, [2])
      .finish();
    expect(collect(bytes, 'varint').int64s()).toEqual(BigInt64Array.of(1n, 300n, -1n, 2n));
    expect(collect(bytes, 'varint').int32s()).toEqual(Int32Array.of(1, 300, -1, 2));
  });

  it('does not write to the file when it joins', () => {
    const bytes = new ProtoWriter().int(1, 1).int(1, 2).int(1, 3).finish();
    const before = Uint8Array.from(bytes);
    collect(bytes, 'varint');
    expect(bytes).toEqual(before);
  });

  it('keeps all 64 bits of an unsigned integer', () => {
    const bytes = new ProtoWriter().packedInts(1, [2n ** 64n - 1n]).finish();
    expect(collect(bytes, 'varint').uint64s()).toEqual(BigUint64Array.of(2n ** 64n - 1n));
  });

  it('reads floats one by one', () => {
    const bytes = new ProtoWriter().float32(1, 1.5).float32(1, -2).finish();
    expect(collect(bytes, 'fixed32').float32s()).toEqual(Float32Array.of(1.5, -2));
  });

  it.each([
    { wire: 'varint', run: [0x01, 0x80] },
    { wire: 'fixed32', run: [1, 2, 3, 4, 5] },
    { wire: 'fixed64', run: [1, 2, 3, 4] },
  ] as const)('refuses a packed run that ends within a $wire', ({ wire, run }) => {
    const bytes = new ProtoWriter().bytes(1, Uint8Array.from(run)).finish();
    expect(() => collect(bytes, wire)).toThrow(/packed bytes that end within an element/);
  });
});
