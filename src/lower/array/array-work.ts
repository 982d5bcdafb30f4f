import { assert, assertNever } from '../../core/errors.js';
import type { Accelerator, MacArray, PackedLanes } from '../../hw/accelerator.js';
import { sumBytes } from '../../hw/storage.js';
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
 *
 * @param packing how operands are packed, if they are
 */
export function passWork(
  extents: BlockExtents,
  positions: number,
  accumulates: boolean,
  { packed }: { readonly packed?: PackedLanes },
  accelerator: Accelerator,
): Work[] {
  const works = fullWidthWork(extents, positions, accumulates, accelerator);
  if (packed === undefined) return works;
  return works.map((work) => (work.kind === 'drain' ? work : { ...work, packed }));
}

function fullWidthWork(
  extents: BlockExtents,
  positions: number,
  accumulates: boolean,
  accelerator: Accelerator,
): ArrayWork[] {
  const { dataflow, drain } = accelerator.array;
  switch (dataflow) {
    case 'ws':
      return [preloadWork(extents, accelerator), streamWork(extents, positions, accumulates)];
    case 'os': {
      const stream = outputStationaryWork(extents, positions, accumulates);
      return drain === 'shift' ? [stream, drainWork(extents, positions, accumulates)] : [stream];
    }
    case 'is':
      return inputStationaryWork(extents, positions, accumulates, accelerator);
    default:
      return assertNever(dataflow);
  }
}

/** The passes of a block over the positions of a phase. */
export function passesOf(positions: number, { array }: Accelerator): Interval[] {
  return positions === 0 ? [] : split(whole(positions), Math.min(positions, passPositions(array)));
}

/** Positions of each of them. */
export function countedPasses(positions: number, { array }: Accelerator): Counted[] {
  return countedPieces(positions, Math.min(positions, passPositions(array)));
}

/** Positions of a pass at most: sums that stay have a row for each, activations that stay a column. */
export function passPositions({ dataflow, rows, columns }: MacArray): number {
  return { ws: Infinity, os: rows, is: columns }[dataflow];
}

/** What the array does in a pass. */
type ArrayWork = Extract<Work, { readonly kind: 'preload' | 'stream' | 'drain' }>;

function preloadWork({ groups, depth, outputs }: BlockExtents, { array }: Accelerator): ArrayWork {
  return {
    kind: 'preload',
    unit: array.pingPongWeights ? 'weightLoad' : 'array',
    rows: groups * depth,
    columns: groups * outputs,
    operand: 'weights',
    values: groups * depth * outputs,
  };
}

function streamWork(
  { groups, depth, outputs }: BlockExtents,
  vectors: number,
  accumulates: boolean,
): ArrayWork {
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

/** As weight-stationary, a position taking the place of an output; groups are not packed. */
function inputStationaryWork(
  { groups, depth, outputs }: BlockExtents,
  positions: number,
  accumulates: boolean,
  { array }: Accelerator,
): ArrayWork[] {
  assert(groups === 1, 'an input-stationary block is of one group', { groups });
  const block = { rows: depth, columns: positions };
  const unit = array.pingPongWeights ? 'weightLoad' : 'array';
  const macs = outputs * depth * positions;
  return [
    { kind: 'preload', unit, ...block, operand: 'activations', values: depth * positions },
    { kind: 'stream', unit: 'array', vectors: outputs, ...block, macs, accumulates },
  ];
}

/** Groups pass one after the other: the weights of a column stand still while the operands of other groups pass. */
function outputStationaryWork(
  { groups, depth, outputs }: BlockExtents,
  positions: number,
  accumulates: boolean,
): ArrayWork {
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

function drainWork({ groups, outputs }: BlockExtents, positions: number, accumulates: boolean): ArrayWork {
  return { kind: 'drain', unit: 'array', rows: positions, columns: groups * outputs, accumulates };
}

/** Sums out of the accumulators or back. */
export function sumsWork(kind: 'spill' | 'restore', elements: number, { accumulators }: Accelerator): Work {
  return { kind, unit: 'post', elements, outputBytes: elements * sumBytes(accumulators) };
}

export function requantizeWork(elements: number, bytesPerElement: number): Work {
  return { kind: 'requantize', unit: 'post', elements, outputBytes: elements * bytesPerElement };
}
