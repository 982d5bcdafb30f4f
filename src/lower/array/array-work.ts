import type { Accelerator } from '../../hw/accelerator.js';
import type { Work } from '../program/work.js';

/** Extents of a block of weights: groups along the diagonal, and of each its share of rows and columns. */
export interface BlockExtents {
  readonly groups: number;
  readonly depth: number;
  readonly outputs: number;
}

export function preloadWork({ groups, depth, outputs }: BlockExtents, { array }: Accelerator): Work {
  return {
    kind: 'preload',
    unit: array.pingPongWeights ? 'weightLoad' : 'array',
    rows: groups * depth,
    columns: groups * outputs,
    weights: groups * depth * outputs,
  };
}

export function streamWork(
  { groups, depth, outputs }: BlockExtents,
  vectors: number,
  accumulates: boolean,
): Work {
  return {
    kind: 'stream',
    unit: 'array',
    vectors,
    rows: groups * depth,
    columns: groups * outputs,
    macs: vectors * groups * depth * outputs,
    accumulates,
  };
}

export function requantizeWork(elements: number, bytesPerElement: number): Work {
  return { kind: 'requantize', unit: 'post', elements, outputBytes: elements * bytesPerElement };
}
