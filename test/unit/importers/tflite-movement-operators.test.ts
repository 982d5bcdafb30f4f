import { describe, expect, it } from 'vitest';
import type { TfliteBuiltin } from '../../../src/formats/tflite-builtins.js';
import type { TfliteType } from '../../../src/formats/tflite-types.js';
import {
  constant,
  described,
  fed,
  integers,
  runOperator,
  type Part,
} from '../../support/tflite/model-parts.js';

/** Operators that only move codes; expected codes are written down by hand. */

const grid = [0.5, -3] as const;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

interface Case {
  readonly name: TfliteBuiltin;
  readonly why: string;
  readonly shape: readonly number[];
  readonly parameters?: readonly Part[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly made: readonly number[];
  readonly codes: readonly number[];
}

const cases: readonly Case[] = [
  { name: 'RESHAPE', why: 'to the shape of the result', shape: [2, 3], made: [3, 1, 2], codes: upTo(6) },
  {
    name: 'RESHAPE',
    why: 'with a shape that has a −1',
    shape: [2, 3],
    parameters: [integers([-1, 2])],
    made: [3, 2],
    codes: upTo(6),
  },
  {
    name: 'SQUEEZE',
    why: 'of named axes',
    shape: [1, 2, 1, 3],
    options: { squeezeDims: [0] },
    made: [2, 1, 3],
    codes: upTo(6),
  },
  {
    name: 'EXPAND_DIMS',
    why: 'at an axis from the end',
    shape: [2, 3],
    parameters: [integers([-1], [])],
    made: [2, 3, 1],
    codes: upTo(6),
  },
  {
    name: 'TRANSPOSE',
    why: 'of four axes',
    shape: [1, 2, 2, 3],
    parameters: [integers([3, 0, 2, 1])],
    made: [3, 1, 2, 2],
    codes: [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11],
  },
  {
    name: 'PAD',
    why: 'with the zero point',
    shape: [1, 2],
    parameters: [integers([1, 0, 0, 2], [2, 2])],
    made: [2, 4],
    codes: [-3, -3, -3, -3, 0, 1, -3, -3],
  },
  {
    name: 'PADV2',
    why: 'with a code of its own',
    shape: [1, 2],
    parameters: [integers([0, 1, 1, 0], [2, 2]), constant('int8', [1], [77], grid)],
    made: [2, 3],
    codes: [77, 0, 1, 77, 77, 77],
  },
  {
    name: 'MIRROR_PAD',
    why: 'without the edge',
    shape: [2, 3],
    parameters: [integers([1, 1, 2, 1], [2, 2])],
    options: { mode: 'REFLECT' },
    made: [4, 6],
    codes: [5, 4, 3, 4, 5, 4, 2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4, 2, 1, 0, 1, 2, 1],
  },
  {
    name: 'MIRROR_PAD',
    why: 'with the edge',
    shape: [2, 3],
    parameters: [integers([1, 0, 3, 2], [2, 2])],
    options: { mode: 'SYMMETRIC' },
    made: [3, 8],
    codes: [2, 1, 0, 0, 1, 2, 2, 1, 2, 1, 0, 0, 1, 2, 2, 1, 5, 4, 3, 3, 4, 5, 5, 4],
  },
  {
    name: 'SLICE',
    why: 'to the end where the size is −1',
    shape: [3, 4],
    parameters: [integers([1, 2]), integers([-1, 1])],
    made: [2, 1],
    codes: [6, 10],
  },
  {
    name: 'STRIDED_SLICE',
    why: 'backwards through open ends, and of one index whose axis goes',
    shape: [2, 5],
    parameters: [integers([-1, 0]), integers([0, 0]), integers([1, -2])],
    options: { beginMask: 2, endMask: 2, shrinkAxisMask: 1 },
    made: [3],
    codes: [9, 7, 5],
  },
  {
    name: 'STRIDED_SLICE',
    why: 'forwards through open ends',
    shape: [2, 4],
    parameters: [integers([1, 1]), integers([0, 0]), integers([1, 2])],
    options: { beginMask: 1, endMask: 3 },
    made: [2, 2],
    codes: [1, 3, 5, 7],
  },
  {
    name: 'STRIDED_SLICE',
    why: 'backwards to an end before the first',
    shape: [5],
    parameters: [integers([3]), integers([-9]), integers([-1])],
    made: [4],
    codes: [3, 2, 1, 0],
  },
  {
    name: 'STRIDED_SLICE',
    why: 'beyond the last, of the first axes only',
    shape: [3, 2],
    parameters: [integers([-2]), integers([99]), integers([1])],
    made: [2, 2],
    codes: [2, 3, 4, 5],
  },
  {
    name: 'GATHER',
    why: 'rows, in any order and again',
    shape: [3, 2],
    parameters: [integers([2, 0, 2])],
    options: { axis: 0 },
    made: [3, 2],
    codes: [4, 5, 0, 1, 4, 5],
  },
  {
    name: 'GATHER',
    why: 'a matrix of indices along an axis from the end',
    shape: [2, 3],
    parameters: [integers([1, 0, 2, 2], [2, 2])],
    options: { axis: -1 },
    made: [2, 2, 2],
    codes: [1, 0, 2, 2, 4, 3, 5, 5],
  },
  {
    name: 'SPACE_TO_DEPTH',
    why: 'block by block',
    shape: [1, 2, 4, 1],
    options: { blockSize: 2 },
    made: [1, 1, 2, 4],
    codes: [0, 1, 4, 5, 2, 3, 6, 7],
  },
  {
    name: 'DEPTH_TO_SPACE',
    why: 'block by block, channels innermost',
    shape: [1, 1, 2, 8],
    options: { blockSize: 2 },
    made: [1, 2, 4, 2],
    codes: [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15],
  },
  {
    name: 'RESIZE_NEAREST_NEIGHBOR',
    why: 'down',
    shape: [1, 1, 4, 1],
    parameters: [integers([1, 3])],
    made: [1, 1, 3, 1],
    codes: [0, 1, 2], // 0, 4/3, 8/3
  },
  {
    name: 'RESIZE_NEAREST_NEIGHBOR',
    why: 'with aligned corners',
    shape: [1, 1, 4, 1],
    parameters: [integers([1, 3])],
    options: { alignCorners: true },
    made: [1, 1, 3, 1],
    codes: [0, 2, 3], // 0, 1.5 rounded, 3
  },
  {
    name: 'RESIZE_NEAREST_NEIGHBOR',
    why: 'with half pixels',
    shape: [1, 1, 2, 1],
    parameters: [integers([1, 5])],
    options: { halfPixelCenters: true },
    made: [1, 1, 5, 1],
    codes: [0, 0, 1, 1, 1], // 0.2, 0.6, 1.0, 1.4, 1.8
  },
  {
    name: 'RESIZE_BILINEAR',
    why: 'with aligned corners',
    shape: [1, 2, 2, 1],
    parameters: [integers([3, 3])],
    options: { alignCorners: true },
    made: [1, 3, 3, 1],
    codes: [0, 1, 1, 1, 2, 2, 2, 3, 3], // 0, 0.5, 1, 1, 1.5, 2, 2, 2.5, 3
  },
  {
    name: 'RESIZE_BILINEAR',
    why: 'with half pixels',
    shape: [1, 1, 3, 1],
    parameters: [integers([1, 6])],
    options: { halfPixelCenters: true },
    made: [1, 1, 6, 1],
    codes: [0, 0, 1, 1, 2, 2], // 0, 0.25, 0.75, 1.25, 1.75, 2
  },
  {
    name: 'RESIZE_BILINEAR',
    why: 'from the corner',
    shape: [1, 1, 2, 1],
    parameters: [integers([1, 4])],
    made: [1, 1, 4, 1],
    codes: [0, 1, 1, 1], // 0, 0.5, 1, then the last pixel
  },
];

describe.each<TfliteType>(['int8', 'uint8', 'int16'])('codes of %s', (type) => {
  const own = type === 'uint8' ? ([0.5, 3] as const) : type === 'int16' ? ([0.5, 0] as const) : grid;
  const padding = (code: number): number => (code === -3 ? own[1] : code);

  it.each(cases)('$name $why', ({ name, shape, parameters = [], options, made, codes }) => {
    const elements = shape.reduce((product, extent) => product * extent, 1);
    const own8 = parameters.map((part) =>
      part.tensor.type === 'int8' ? constant(type, part.tensor.shape, part.values, own) : part,
    );
    const x = fed(type, shape, upTo(elements), own);
    const outputs = [described(type, made, own)];
    const [moved] = runOperator(name, [x, ...own8], outputs, options);
    expect(moved).toEqual(codes.map(padding));
  });

  it('SPLIT makes equal parts along an axis from the end', () => {
    const x = fed(type, [2, 4], upTo(8), own);
    const part = described(type, [2, 2], own);
    const parts = runOperator('SPLIT', [integers([-1], []), x], [part, part], { numSplits: 2 });
    expect(parts).toEqual([
      [0, 1, 4, 5],
      [2, 3, 6, 7],
    ]);
  });

  it('SPLIT_V makes parts of the sizes given, one of them what is left', () => {
    const x = fed(type, [2, 4], upTo(8), own);
    const parts = runOperator(
      'SPLIT_V',
      [x, integers([1, -1, 1]), integers([1], [])],
      [
        [2, 1],
        [2, 2],
        [2, 1],
      ].map((shape) => described(type, shape, own)),
      { numSplits: 3 },
    );
    expect(parts).toEqual([
      [0, 4],
      [1, 2, 5, 6],
      [3, 7],
    ]);
  });
});

describe('CONCATENATION', () => {
  it('copies codes of one grid along an axis from the end', () => {
    const [codes] = runOperator(
      'CONCATENATION',
      [fed('int8', [2, 1], [1, 2], grid), fed('int8', [2, 2], [3, 4, 5, 6], grid)],
      [described('int8', [2, 3], grid)],
      { axis: -1 },
    );
    expect(codes).toEqual([1, 3, 4, 2, 5, 6]);
  });

  it('brings codes of other grids onto that of the result, and copies constants', () => {
    const [codes] = runOperator(
      'CONCATENATION',
      [
        fed('uint8', [3], [0, 131, 255], [0.5, 100]),
        fed('uint8', [3], [7, 8, 9], [1, 10]),
        constant('uint8', [2], [20, 30], [0.25, 20]),
      ],
      [described('uint8', [8], [1, 10])],
      { axis: 0 },
    );
    // −50, 15.5 and 77.5 away from zero; as they are; 0 and 2.5 away from zero.
    expect(codes).toEqual([0, 26, 88, 7, 8, 9, 10, 13]);
  });

  it('clamps to a fused RELU', () => {
    const [codes] = runOperator(
      'CONCATENATION',
      [fed('int8', [2], [-9, 4], grid), fed('int8', [2], [-4, -2], grid)],
      [described('int8', [4], grid)],
      { axis: 0, fusedActivationFunction: 'RELU' },
    );
    expect(codes).toEqual([-3, 4, -3, -2]);
  });
});
