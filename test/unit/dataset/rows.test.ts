import { describe, expect, it } from 'vitest';
import type { PlainArray } from '../../../src/formats/elements.js';
import { NO_PREPROCESSING, type Preprocessing } from '../../../src/importers/dataset/preprocessing.js';
import { parseRows, RowReader, rowNumbers } from '../../../src/importers/dataset/rows.js';
import { elementCount, type Shape } from '../../../src/tensor/shape.js';

const chosen = (text: string | undefined, rowCount = 10): number[] => rowNumbers(parseRows(text, rowCount));

describe('a choice of rows', () => {
  it.each([
    { text: undefined, rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { text: '7', rows: [7] },
    { text: '0:3', rows: [0, 1, 2] },
    { text: '8:', rows: [8, 9] },
    { text: ':2', rows: [0, 1] },
    { text: '::4', rows: [0, 4, 8] },
    { text: '1:8:3', rows: [1, 4, 7] },
    { text: '0:100', rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  ])('$text is $rows of ten', ({ text, rows }) => {
    expect(chosen(text)).toEqual(rows);
  });

  it.each(['', '10', '-1', '3:3', '5:2', '0:3:0', '0:3:1:1', '1.5', 'all', '0:x'])(
    "'%s' is refused with an example",
    (text) => {
      expect(() => chosen(text)).toThrow(
        `--rows: found '${text}', expected a row or a range first:end:step within 0 … 10; for example --rows 0:10`,
      );
    },
  );

  it('of no rows is no row, and any other is refused', () => {
    expect(chosen(undefined, 0)).toEqual([]);
    expect(() => chosen('0', 0)).toThrow('within 0 … 0');
  });
});

/** Element i of the array is i. */
function counting(shape: Shape): PlainArray {
  return { type: 'int32', shape, data: Int32Array.from({ length: elementCount(shape) }, (_, i) => i) };
}

function read(shape: Shape, outside: Shape, preprocessing: Partial<Preprocessing> = {}, index = 0): number[] {
  const reader = new RowReader(counting(shape), outside, { ...NO_PREPROCESSING, ...preprocessing });
  return Array.from(reader.row(index).data);
}

describe('the layout of an image', () => {
  it.each([
    { name: 'HWC into NHWC', row: [2, 6, 5, 3], outside: [1, 6, 5, 3], first: [0, 1, 2, 3] },
    { name: 'HWC into NCHW', row: [2, 6, 5, 3], outside: [1, 3, 6, 5], first: [0, 3, 6, 9] },
    { name: 'CHW into NCHW', row: [2, 3, 6, 5], outside: [1, 3, 6, 5], first: [0, 1, 2, 3] },
  ])('$name is found out by itself', ({ row, outside, first }) => {
    expect(read(row, outside).slice(0, 4)).toEqual(first);
    expect(read(row, outside, {}, 1).slice(0, 4)).toEqual(first.map((value) => value + 90));
  });

  it('CHW into NHWC has to be said', () => {
    expect(() => read([2, 3, 6, 5], [1, 6, 5, 3])).toThrow(
      'data: found rows of 3x6x5, expected rows for an input of 1x6x5x3; say --layout hwc or --layout chw',
    );
    expect(read([2, 3, 6, 5], [1, 6, 5, 3], { layout: 'chw' }).slice(0, 4)).toEqual([0, 30, 60, 1]);
  });

  it('is a permutation both ways', () => {
    const chw = read([1, 2, 3, 2], [1, 2, 2, 3], { layout: 'hwc' });
    expect(chw).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
    const hwc = read([1, 2, 2, 3], [1, 2, 3, 2], { layout: 'chw' });
    expect(hwc).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
  });

  it('of grey images without a channel axis needs none', () => {
    for (const outside of [
      [1, 1, 2, 3],
      [1, 2, 3, 1],
      [1, 6],
      [1, 6, 1],
    ])
      expect(read([2, 2, 3], outside, {}, 1)).toEqual([6, 7, 8, 9, 10, 11]);
  });

  it('of flat rows is the input’s own', () => {
    expect(read([2, 6], [1, 1, 2, 3], {}, 1)).toEqual([6, 7, 8, 9, 10, 11]);
  });

  it('that the row does not have is refused', () => {
    expect(() => read([1, 3, 6, 5], [1, 6, 5, 3], { layout: 'hwc' })).toThrow('rows of 3x6x5 read as hwc');
    expect(() => read([4], [1], { layout: 'hwc' })).toThrow('rows of scalar read as hwc');
  });

  it.each([
    { row: [2, 5, 5, 3], outside: [1, 6, 5, 3] },
    { row: [2, 5], outside: [1, 6] },
  ])('rows of $row with too few elements for $outside are refused', ({ row, outside }) => {
    expect(() => read(row, outside)).toThrow('choose data of this shape, or another --input-shape');
  });
});

describe('a batch', () => {
  it('takes consecutive rows, and leaves out a last one that is not full', () => {
    const reader = new RowReader(counting([5, 2]), [2, 2], NO_PREPROCESSING);
    expect(reader.rowCount).toBe(2);
    expect(reader.row(1)).toMatchObject({ shape: [2, 2], data: Float32Array.from([4, 5, 6, 7]) });
  });

  it('of images is laid out image by image', () => {
    expect(read([2, 1, 2, 2], [2, 2, 1, 2], { layout: 'hwc' })).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
  });

  it('larger than the data has no rows', () => {
    expect(new RowReader(counting([3, 2]), [4, 2], NO_PREPROCESSING).rowCount).toBe(0);
  });

  it('beyond the last is a mistake of the caller', () => {
    for (const index of [2, -1, 0.5])
      expect(() => read([2, 3], [1, 3], {}, index)).toThrow('a row lies within the data');
  });
});

describe('preprocessing', () => {
  it('divides, subtracts the mean, divides by the deviation, and rounds to float32 once', () => {
    const values = read([1, 3], [1, 3], { divide: 255, mean: [0.5], std: [0.3] });
    expect(values).toEqual([0, 1, 2].map((x) => Math.fround((x / 255 - 0.5) / 0.3)));
  });

  const perChannel = { mean: [0, 100, 200], std: [1, 10, 100] };
  it.each([
    { name: 'NHWC', outside: [1, 6, 5, 3], pixel: [0, 1, 2] },
    { name: 'NCHW', outside: [1, 3, 6, 5], pixel: [0, 30, 60] },
  ])('has a mean and deviation per channel of $name', ({ outside, pixel }) => {
    const values = read([1, 6, 5, 3], outside, perChannel);
    expect(pixel.map((at) => values[at])).toEqual([0, -9.9, -1.98].map(Math.fround));
  });

  it('reverses channels first, so that means are those of the order wanted', () => {
    const values = read([1, 6, 5, 3], [1, 6, 5, 3], { ...perChannel, reverseChannels: true });
    expect(values.slice(0, 3)).toEqual([2, -9.9, -2].map(Math.fround));
  });

  it.each([
    {
      name: 'two means for three channels',
      change: { mean: [1, 2] },
      found: '2 means or stds for 3 channels',
    },
    {
      name: 'two deviations beside three means',
      change: { mean: [1, 2, 3], std: [1, 2] },
      found: '2 means or stds for 3 channels',
    },
    { name: 'a division by 0', change: { divide: 0 }, found: 'preprocessing: found a division by 0' },
    { name: 'a deviation of 0', change: { std: [1, 0, 1] }, found: 'preprocessing: found a division by 0' },
  ])('refuses $name', ({ change, found }) => {
    expect(() => read([1, 6, 5, 3], [1, 6, 5, 3], change)).toThrow(found);
  });

  it.each([
    { change: { mean: [1, 2, 3] }, found: 'a mean or std per channel' },
    { change: { reverseChannels: true }, found: 'channels to reverse' },
  ])('refuses $found where rows have no channels', ({ change, found }) => {
    expect(() => read([1, 6], [1, 6], change)).toThrow(`found ${found}`);
    expect(() => read([1, 3, 3, 3], [1, 3, 3, 3], change)).toThrow('say --layout hwc or --layout chw');
  });
});

it('a scalar has no rows', () => {
  expect(() => read([], [1, 1])).toThrow('data: found a scalar, expected an array with a row per sample');
});
