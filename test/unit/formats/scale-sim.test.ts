import { describe, expect, it } from 'vitest';
import { readScaleSim, shapeTableLimits } from '../../../src/formats/scale-sim.js';
import { rowMacs, type ShapeRow } from '../../../src/formats/shape-table.js';
import { messageOf } from '../../support/onnx-model.js';

const CONVOLUTIONS =
  'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,';
const PRODUCTS = 'Layer, M, N, K,';

const read = (...lines: readonly string[]): readonly ShapeRow[] =>
  readScaleSim(new TextEncoder().encode(lines.join('\n')));

/** The names with the multiply-accumulates of each row. */
const macsOf = (...lines: readonly string[]) => read(...lines).map((row) => [row.name, rowMacs(row)]);

const refusal = (...lines: readonly string[]): string => messageOf(() => read(...lines));

describe('a table of convolutions', () => {
  it('has rows with trailing commas, notes, blank lines and DP rows, as SCALE-Sim writes them', () => {
    const table = [
      `${CONVOLUTIONS}, Target`,
      'Conv1, 224, 224, 7, 7, 3, 64, 2,',
      '',
      'Conv2_dw, 112, 112, 3, 3, 1, 1, 1,#dw',
      'DP3, 58, 58, 3, 3, 64, 1, 2,',
      'Conv4,56,56,1,1,64,128,1, NPU',
      '  ',
      'FC, 1, 1, 1, 1, 512, 1000, 1, ',
      'last,8,4,3,2,5,7,1',
      '',
    ];
    expect(macsOf(...table)).toEqual([
      ['Conv1', 110 * 110 * 49 * 3 * 64], // (224 - 7 + 2) / 2 = 109.5, rounded up
      ['Conv2_dw', 110 * 110 * 9],
      ['DP3', 29 * 29 * 9 * 64], // (58 - 3 + 2) / 2 = 28.5, rounded up
      ['Conv4', 56 * 56 * 64 * 128],
      ['FC', 512 * 1000],
      ['last', 6 * 3 * 6 * 5 * 7],
    ]);
    expect(read(...table).map(({ line }) => line)).toEqual([2, 4, 5, 6, 8, 9]);
  });

  it('is depthwise where the name has DP in it, with the filters of each channel', () => {
    const [dp, plain] = read(CONVOLUTIONS, 'a_DP_1,9,9,3,3,8,2,1,', 'dp,9,9,3,3,8,2,1,');
    expect(dp).toMatchObject({ depthwise: true, channels: 8, filters: 2 });
    expect(plain).toMatchObject({ depthwise: false, channels: 8, filters: 2 });
  });

  it('may give the stride along the width, or say that it is dense', () => {
    const [wide, dense] = read(CONVOLUTIONS, 'a,9,9,3,3,8,2,1,2,', 'b,9,9,3,3,8,2,1,4:4,');
    expect(wide).toMatchObject({ strideHeight: 1, strideWidth: 2 });
    expect(dense).toMatchObject({ strideHeight: 1, strideWidth: 1 });
  });

  it('may have line ends of other systems and a byte order mark', () => {
    expect(read(`\uFEFF${CONVOLUTIONS}\r`, 'a,9,9,3,3,8,2,1,\r')).toEqual(
      read(CONVOLUTIONS, 'a,9,9,3,3,8,2,1,'),
    );
  });
});

describe('a table of matrix products', () => {
  it('has M, N and K, and may have a batch', () => {
    const table = ['Layer,M,N,K,', 'qkv,128,1536,512,', 'scores,16,17,18,4,', 'both,2,3,5,1:1,7,'];
    expect(macsOf(...table)).toEqual([
      ['qkv', 128 * 1536 * 512],
      ['scores', 16 * 17 * 18 * 4],
      ['both', 2 * 3 * 5 * 7],
    ]);
  });
});

describe('refused, with line and column, is', () => {
  it.each([
    {
      why: 'an empty file',
      lines: [''],
      says: /^line 1: found nothing, expected the columns Layer, M, N, K or/,
    },
    { why: 'a table without a header', lines: ['a,9,9,3,3,8,2,1,'], says: /^line 1: found 'a, 9, 9/ },
    { why: 'a header with M, K and N in another order', lines: ['Layer,M,K,N,'], says: /^line 1: found/ },
    { why: 'a table without layers', lines: [PRODUCTS, ''], says: /^found 0 layers, expected 1 to 10000$/ },
    {
      why: 'a number that is none',
      lines: [CONVOLUTIONS, 'a,9,9,3,3,x8,2,1,'],
      says: /^line 2, column 6 \(Channels\): found 'x8', expected a whole number from 1 to 1048576$/,
    },
    {
      why: 'zero, a fraction, a negative and a missing number, all at once',
      lines: [PRODUCTS, 'a,0,1.5,-3,', '', 'b,1,2'],
      says: /^found 4 problems:\n  line 2, column 2 \(M\): found '0'.*\n  line 2, column 3 \(N\): found '1.5'.*\n  line 2, column 4 \(K\): found '-3'.*\n  line 4, column 4 \(K\): found nothing/,
    },
    { why: 'no name', lines: [PRODUCTS, ',1,2,3,'], says: /^line 2, column 1 \(Layer\): found nothing/ },
    {
      why: 'a filter larger than its input',
      lines: [CONVOLUTIONS, 'a,9,3,3,4,8,2,1,'],
      says: /^line 2, column 5 \(Filter Width\): found 4, expected at most IFMAP Width, 3$/,
    },
    {
      why: 'a sparse layer',
      lines: [CONVOLUTIONS, 'a,9,9,3,3,8,2,1,2:4,'],
      says: /^line 2, column 9: found sparsity '2:4', expected dense layers, 1:1$/,
    },
    {
      why: 'a number too many',
      lines: [CONVOLUTIONS, 'a,9,9,3,3,8,2,1,1,7'],
      says: /^line 2, column 10: found '7', expected nothing more$/,
    },
    {
      why: 'a layer that would never end',
      lines: [PRODUCTS, 'a,1048576,1048576,1048576,'],
      says: /^line 2: found 1\.2e\+18 multiply-accumulates, expected at most 4\.4e\+12$/,
    },
  ])('$why', ({ lines, says }) => {
    expect(refusal(...lines)).toMatch(says);
  });

  it('a file or a list too long', () => {
    const { bytes, rows } = shapeTableLimits;
    expect(messageOf(() => readScaleSim(new Uint8Array(bytes + 1)))).toMatch(/^found 4194305 bytes/);
    const lines = Array.from({ length: rows + 1 }, () => 'a,1,1,1,');
    expect(refusal(PRODUCTS, ...lines)).toBe('found 10001 layers, expected 1 to 10000');
  });
});
