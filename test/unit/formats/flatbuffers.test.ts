import { describe, expect, it } from 'vitest';
import { FlatTable } from '../../../src/formats/flatbuffers.js';

/** A table at byte 8 with one field, at byte 12, whose list of fields is at byte 16. */
function oneField(word: number, ...rest: number[]): FlatTable {
  const bytes = new Uint8Array(24 + rest.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 8, true);
  view.setInt32(8, 8 - 16, true);
  view.setUint32(12, word, true);
  view.setUint16(16, 6, true);
  view.setUint16(18, 8, true);
  view.setUint16(20, 4, true);
  bytes.set(rest, 24);
  return FlatTable.root(bytes, 'root');
}

describe('what errors say', () => {
  it('a length that the file does not have', () => {
    const table = oneField(12, 0xff, 0xff, 0xff, 0x7f);
    const message =
      'byte 28 (root.list): found 8589934588 bytes from byte 28 on, expected a place within the 28 bytes of the file';
    expect(() => table.int32s(0, 'list')).toThrow(message);
    expect(() => table.tables(0, 'list')).toThrow(message);
    expect(() => table.int64s(0, 'list')).toThrow('found 17179869176 bytes');
    expect(() => table.bytes(0, 'list')).toThrow('found 2147483647 bytes');
  });

  it('an offset to a place that the file does not have, or to itself', () => {
    expect(() => oneField(1000).text(0, 'name')).toThrow(
      'byte 1012 (root.name): found 4 bytes from byte 1012 on',
    );
    expect(() => oneField(0).table(0, 'child')).toThrow('byte 12 (root.child): found an offset of 0');
  });

  it('a field that does not fit its table', () => {
    expect(() => oneField(0).uint64(0, 'size')).toThrow(
      'byte 8 (root.size): found a field of 8 bytes at byte 4 of a table of 8',
    );
    expect(oneField(7).uint32(0, 'size')).toBe(7);
    expect(oneField(7).uint32(1, 'size', 5)).toBe(5);
  });

  it.each([
    { listBytes: 2, tableBytes: 8 },
    { listBytes: 7, tableBytes: 8 },
    { listBytes: 6, tableBytes: 3 },
  ])('a list of $listBytes bytes for a table of $tableBytes', ({ listBytes, tableBytes }) => {
    const bytes = Uint8Array.of(8, 0, 0, 0, listBytes, 0, tableBytes, 0, 4, 0, 0, 0, 0, 0, 0, 0);
    expect(() => FlatTable.root(bytes, 'root')).toThrow(
      `byte 4 (root): found a list of fields of ${listBytes} bytes for a table of ${tableBytes}`,
    );
  });

  it('text that is none', () => {
    expect(() => oneField(12, 1, 0, 0, 0, 0xff).text(0, 'name')).toThrow('bytes that are not UTF-8');
    expect(oneField(12, 1, 0, 0, 0, 0x61).text(0, 'name')).toBe('a');
  });

  it('a file too short to have a root', () => {
    expect(() => FlatTable.root(new Uint8Array(3), 'root')).toThrow(
      'byte 0 (root): found 4 bytes from byte 0 on',
    );
  });
});
