import { describe, expect, it } from 'vitest';
import { packings } from '../../../src/lower/array/packing.js';
import { Slots } from '../../../src/lower/program/slots.js';
import { identityAxis, phaseTaps, type KernelAxis } from '../../../src/lower/space/axis.js';
import { tileSizes } from '../../../src/lower/space/interval.js';
import { splitPositions, type PositionSplit } from '../../../src/lower/space/position-split.js';
import { stripSize } from '../../../src/lower/space/strips.js';
import type { ArrayShape } from '../../../src/lower/workload/workload.js';

const array = {
  kind: 'systolic',
  dataflow: 'ws',
  rows: 16,
  columns: 16,
  pipelineStages: 0,
  pingPongWeights: true,
  groupPacking: true,
  activationBits: 8,
  weightBits: 8,
} as const;

const threeTaps: KernelAxis = { ...identityAxis(8), kernel: 3, padBefore: 1 };

function grouped(
  groups: number,
  inputChannels: number,
  outputChannels: number,
  axis = threeTaps,
): ArrayShape {
  return { images: 1, rows: axis, columns: axis, groups, inputChannels, outputChannels };
}

describe('groups share the array', () => {
  it('a depthwise 3 x 3: 16 channels of one row in 9 passes, or one channel of 9 rows in one', () => {
    const shape = grouped(32, 1, 1);
    expect(packings(shape, shape, array)).toEqual([
      { groups: 16, rows: 1 },
      { groups: 1, rows: 16 },
    ]);
  });

  it('pointwise groups of 4 inputs and 4 outputs: four along the diagonal', () => {
    const shape = grouped(8, 4, 4, identityAxis(8));
    expect(packings(shape, shape, array)).toEqual([{ groups: 4, rows: 4 }]);
  });

  it('one at a time on a machine without group packing, where weights stay and where sums do', () => {
    const shape = grouped(32, 1, 1);
    const unpacked = { ...array, groupPacking: false };
    expect(packings(shape, shape, unpacked)).toEqual([{ groups: 1, rows: 16 }]);
    const sums = { ...unpacked, dataflow: 'os' } as const;
    expect(packings(shape, shape, sums)).toEqual([{ groups: 1, rows: 9 }]);
    expect(packings(shape, shape, { ...sums, groupPacking: true })).toEqual([{ groups: 16, rows: 9 }]);
  });

  it('a group that fills the array has it for itself', () => {
    const shape = grouped(2, 16, 32);
    expect(packings(shape, shape, array)).toEqual([{ groups: 1, rows: 16 }]);
  });
});

function tile(rows: number, columns: number, images = 1): PositionSplit {
  return splitPositions({ images, rows: identityAxis(rows), columns: identityAxis(columns) });
}

describe('strips of a tile', () => {
  it.each([
    { why: 'are the whole tile where it fits', split: tile(8, 16, 2), entries: 256, want: [2, 8, 16] },
    { why: 'are equal parts of whole rows', split: tile(10, 16), entries: 128, want: [1, 5, 16] },
    { why: 'are of one image each', split: tile(8, 16, 2), entries: 255, want: [1, 8, 16] },
    { why: 'are parts of a row where none fits', split: tile(4, 100), entries: 40, want: [1, 1, 34] },
  ])('$why', ({ split, entries, want }) => {
    const { images, rows, columns } = stripSize(split, entries);
    expect([images, rows, columns]).toEqual(want);
  });
});

it('a transposed kernel shares its taps out among the phases of its stride', () => {
  const axis = { ...threeTaps, kind: 'transposed', stride: 2 } as const;
  expect(phaseTaps(axis)).toEqual([1, 2]); // kernel 3, pad 1: tap 1 meets even outputs, taps 0 and 2 odd ones
  expect(phaseTaps({ ...axis, stride: 4 })).toEqual([1, 1, 0, 1]);
  expect(phaseTaps(threeTaps)).toEqual([3]);
});

it('tile sizes are nearly equal parts, multiples of the quantum as far as one quantum', () => {
  expect([...tileSizes(7)]).toEqual([7, 4, 3, 2, 1]);
  expect([...tileSizes(100, 16)]).toEqual([100, 64, 48, 32, 16, 7, 5, 4, 3, 2, 1]);
});

it('a slot keeps its content until it is the least recently used', () => {
  const slots = new Slots(2);
  expect([1, 2, 1, 3, 1, 2].map((key) => slots.claim(key))).toEqual([
    { slot: 0, isResident: false },
    { slot: 1, isResident: false },
    { slot: 0, isResident: true },
    { slot: 1, isResident: false },
    { slot: 0, isResident: true },
    { slot: 1, isResident: false },
  ]);
});
