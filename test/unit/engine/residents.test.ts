import { expect, it } from 'vitest';
import { residentActivations } from '../../../src/engine/residency/residents.js';
import { networkFrom } from '../../arbitraries/network.js';

type Op = Parameters<typeof networkFrom>[0][number]['op'];

/** An operator that reads values so many places back, and makes 8 channels. */
const pick = (op: Op, x = 0, y = 0) => ({ op, reads: [x, y] as [number, number], channels: 8 as const });

/** Groups of results that may stay, each by its name and the layers it lives in. */
const staying = (...picks: Parameters<typeof networkFrom>[0][number][]): string[] =>
  residentActivations(networkFrom(picks)).map((resident) =>
    resident.kind === 'activations'
      ? resident.tensors.map(({ value, first, last }) => `${value} ${first}-${last}`).join(', ')
      : '',
  );

it('a result that later layers stream may stay until the last of them has ended; the network’s own may not', () => {
  expect(staying(pick('conv2d'), pick('conv2d'), pick('add', 0, 1))).toEqual(['v0 0-2', 'v1 1-2']);
});

it('a reshape passes a result on under another name', () => {
  expect(staying(pick('conv2d'), pick('reshape'), pick('conv2d'), pick('conv2d', 1))).toEqual(['v0 0-3']);
});

it('what a layer takes in the place of weights, or the host reads or makes, may not stay', () => {
  expect(staying(pick('conv2d'), pick('conv2d'), pick('matMul', 0, 1))).toEqual(['v1 1-2']);
  expect(staying(pick('conv2d'), pick('float'), pick('conv2d'))).toEqual([]);
  expect(staying(pick('conv2d'), pick('reshape'), pick('float'))).toEqual([]);
});

it('what is concatenated stays together, or not at all', () => {
  expect(staying(pick('conv2d'), pick('conv2d', 1), pick('concat', 0, 1), pick('lut'))).toEqual([
    'v2 2-3',
    'v0 0-2, v1 1-2',
  ]);
  expect(staying(pick('conv2d'), pick('concat', 0, 1), pick('lut'))).toEqual(['v1 1-2']);
});
