import { assertNever } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type { Work } from '../program/work.js';
import { countedPieces, type Counted } from '../space/counted.js';
import { split, whole, type Interval } from '../space/interval.js';

/** Extents of a block of weights: groups, and of each its terms of the summed dimension and its outputs. */
export interface BlockExtents {
  readonly groups: number;
  readonly depth: number;
  readonly outputs: number;
}

/**
 * The instructions of one pass through the array: a block of weights against `positions` output positions of a phase, one
 * of the pieces that `passesOf` makes. The last instruction brings the sums out.
 */
export function passWork(
  extents: BlockExtents,
  positions: number,
  accumulates: boolean,
  accelerator: Accelerator,
): Work[] {
  const { dataflow, drain } = accelerator.array;
  switch (dataflow) {
    case 'ws':
      return [preloadWork(extents, accelerator), streamWork(extents, positions, accumulates)];
    case 'os': {
      const stream = outputStationaryWork(extents, positions, accumulates);
      return drain === 'shift' ? [stream, drainWork(extents, positions, accumulates)] : [stream];
    }
    default:
      return assertNever(dataflow);
  }
}

/** The passes of a block over the positions of a phase: sums that stay in the array have a row for each position. */
export function passesOf(positions: number, { array }: Accelerator): Interval[] {
  return split(whole(positions), array.dataflow === 'os' ? array.rows : positions);
}

/** Positions of each of them. */
export function countedPasses(positions: number, { array }: Accelerator): Counted[] {
  return countedPieces(positions, array.dataflow === 'os' ? array.rows : positions);
}

function preloadWork({ groups, depth, outputs }: BlockExtents, { array }: Accelerator): Work {
  return {
    kind: 'preload',
    unit: array.pingPongWeights ? 'weightLoad' : 'array',
    rows: groups * depth,
    columns: groups * outputs,
    weights: groups * depth * outputs,
  };
}

function streamWork({ groups, depth, outputs }: BlockExtents, vectors: number, accumulates: boolean): Work {
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

/** Groups pass one after the other: the weights of a column stand still while the operands of other groups pass. */
function outputStationaryWork(
  { groups, depth, outputs }: BlockExtents,
  positions: number,
  accumulates: boolean,
): Work {
  return {
    kind: 'stream',
    unit: 'array',
    vectors: groups * depth,
    rows: positions,
    columns: groups * outputs,
    macs: positions * groups * depth * outputs,
    weights: groups * depth * outputs,
    accumulates,
  };
}

function drainWork({ groups, outputs }: BlockExtents, positions: number, accumulates: boolean): Work {
  return { kind: 'drain', unit: 'array', rows: positions, columns: groups * outputs, accumulates };
}

export function requantizeWork(elements: number, bytesPerElement: number): Work {
  return { kind: 'requantize', unit: 'post', elements, outputBytes: elements * bytesPerElement };
}
