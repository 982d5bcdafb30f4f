import { describe, expect, it } from 'vitest';
import { loadAccelerator } from '../../../src/index.js';
import { allCandidates } from '../../../src/lower/candidate.js';
import { mappingSpace } from '../../../src/lower/lower-layer.js';
import { positionCuts } from '../../../src/lower/position-cuts.js';
import { identityAxis, isIdentity, type KernelAxis } from '../../../src/lower/space/axis.js';
import type { ArrayWorkload } from '../../../src/lower/workload/workload.js';

describe('an axis along which outputs read the input of their own index', () => {
  it.each<{ readonly what: string; readonly change: Partial<KernelAxis>; readonly is: boolean }>([
    { what: 'one tap', change: {}, is: true },
    { what: 'one tap of a transposed kernel', change: { kind: 'transposed' }, is: true },
    { what: 'three taps, padded behind', change: { kernel: 3 }, is: false },
    { what: 'steps of two, padded behind', change: { stride: 2 }, is: false },
    { what: 'padding before', change: { padBefore: 1, inputExtent: 7 }, is: false },
    { what: 'more inputs than outputs', change: { inputExtent: 9 }, is: false },
  ])('$what: $is', ({ change, is }) => {
    expect(isIdentity({ ...identityAxis(8), ...change })).toBe(is);
  });

  it('has runs of positions for tiles where both axes are such, and boxes elsewhere', () => {
    expect(shapesOf(identityAxis(3))).toEqual(['3x4', '2x4', '1x4', '1x2', '1x1']);
    expect(shapesOf({ ...identityAxis(3), kernel: 3, padBefore: 1 })).toEqual([
      '3x4',
      '2x4',
      '1x4',
      '3x2',
      '2x2',
      '1x2',
      '3x1',
      '2x1',
      '1x1',
    ]);
  });
});

/** Tiles of an image of so many rows and four columns. */
function shapesOf(rows: KernelAxis): string[] {
  return positionCuts({ images: 1, rows, columns: identityAxis(4) }, { fine: false }).map(
    ({ split }) => `${split.rows.size}x${split.columns.size}`,
  );
}

/** A 1 x 1 convolution of 16 channels. */
function pointwise(height: number, width: number): ArrayWorkload {
  return {
    kind: 'array',
    images: 1,
    rows: identityAxis(height),
    columns: identityAxis(width),
    groups: 1,
    inputChannels: 16,
    outputChannels: 16,
    activationBits: 8,
    weightBits: 8,
    biasBytes: 4,
    outputBytes: 1,
  };
}

it('an axis is cut into more than 1,024 tiles where nothing fits otherwise', async () => {
  const machine = await loadAccelerator('systolic-16x16-ws');
  const widthsIn = (capacityBytes: number): number[] => {
    const small = { ...machine, activationBuffer: { ...machine.activationBuffer, capacityBytes } };
    const mappings = allCandidates(mappingSpace(pointwise(1, 5000), small), small);
    return Array.from(mappings, (each) => Number(/tile 1x(\d+) /.exec(each.text())![1]));
  };
  expect(Math.min(...widthsIn(64))).toBe(5);
  expect(Math.max(...widthsIn(8))).toBe(4);
});
