import { expect, it } from 'vitest';
import { shareable } from '../../../src/threads/shareable.js';

it('is the same plain value, on shared buffers', () => {
  const value = {
    name: 'x',
    none: null,
    list: [Int8Array.of(1, -2), 3],
    map: new Map([['reals', { data: Float32Array.of(0.5, NaN) }]]),
    set: new Set(['a']),
    part: Int16Array.of(1, 2, 3).subarray(1),
  };
  const copy = shareable(value);
  expect(copy).toEqual(value);
  const views = [copy.list[0] as Int8Array, copy.map.get('reals')!.data, copy.part];
  expect(views.map(({ buffer }) => buffer instanceof SharedArrayBuffer)).toEqual([true, true, true]);
  expect(views.map(({ byteLength, buffer }) => buffer.byteLength - byteLength)).toEqual([0, 0, 0]);
});

it('does not copy what is shared already', () => {
  const shared = shareable({ data: Int32Array.of(7) });
  expect(shareable(shared).data.buffer).toBe(shared.data.buffer);
});

it('copies the bytes of a file as plain bytes', () => {
  const copy = shareable(Buffer.from('ab'));
  expect([Buffer.isBuffer(copy), ...copy]).toEqual([false, 97, 98]);
});
