import type { Accelerator } from '../../hw/accelerator.js';
import type { Work } from '../program/work.js';
import {
  countedPiecesOfPieces,
  countedPositions,
  countedVectors,
  productOf,
  type Counted,
} from '../space/counted.js';
import { phasesOf, type Phase } from '../space/phases.js';
import type { PositionSplit } from '../space/position-split.js';
import { stripIntervals, type StripSize } from '../space/strips.js';
import type { ArrayShape, ArrayWorkload } from '../workload/workload.js';
import { countedPasses, passWork, requantizeWork, sumsWork } from './array-work.js';
import type { Packing } from './packing.js';
import type { ChannelExtents } from './tiling.js';

/** Column blocks and folds of a tiling, counted: what its channels and their packing make of the work on the array. */
export interface CountedBlocks {
  readonly blocks: readonly CountedBlock[];
  /** Of each phase. */
  readonly folds: readonly (readonly CountedFold[])[];
  readonly packing: Packing;
}

interface CountedBlock {
  readonly groups: number;
  readonly outputs: number;
  readonly count: number;
}

/** Folds of some depth. Only the first of a phase writes its sums; the others add to them. */
interface CountedFold {
  readonly depth: number;
  readonly count: number;
  readonly accumulates: boolean;
}

/** Output channels of a tile. */
export type BlockTile = Omit<ChannelExtents, 'inputChannels'>;

/** @param blockOutputs outputs of a group in a column block at most */
export function countedBlocks(
  shape: ArrayShape,
  tile: BlockTile,
  blockOutputs: number,
  packing: Packing,
): CountedBlock[] {
  const columns = countedPiecesOfPieces(shape.outputChannels, tile.outputChannels, blockOutputs);
  return countedPiecesOfPieces(shape.groups, tile.groups, packing.groups).flatMap((groups) =>
    columns.map((outputs) => ({
      groups: groups.size,
      outputs: outputs.size,
      count: groups.count * outputs.count,
    })),
  );
}

/** Folds over tiles of so many input channels. */
export function countedFolds(
  { taps }: Phase,
  inputs: number,
  tileInputs: number,
  rows: number,
): CountedFold[] {
  if (taps === 0) return [];
  const first = Math.min(rows, taps * tileInputs);
  return countedPiecesOfPieces(taps * inputs, taps * tileInputs, rows).flatMap(({ size, count }) => {
    if (size !== first) return [{ depth: size, count, accumulates: true }];
    const writes = { depth: size, count: 1, accumulates: false };
    return count === 1 ? [writes] : [writes, { depth: size, count: count - 1, accumulates: true }];
  });
}

/** Strips of a tiling, counted: what its positions make of the work on the array. */
export interface CountedStrips {
  /** Positions of the strips. */
  readonly positions: readonly Counted[];
  /** Of each phase, positions of the strips that are in it. */
  readonly inPhase: readonly (readonly Counted[])[];
}

export function countedStrips(shape: ArrayShape, cut: PositionSplit, strip: StripSize): CountedStrips {
  const phases = phasesOf(shape);
  if (phases.length > 1) {
    const strips = stripIntervals(cut, strip);
    return {
      positions: countedPositions(strips),
      inPhase: phases.map((phase) => countedVectors(strips, phase)),
    };
  }
  const rows = countedPiecesOfPieces(shape.rows.outputExtent, cut.rows.size, strip.rows);
  const columns = countedPiecesOfPieces(shape.columns.outputExtent, cut.columns.size, strip.columns);
  const images = countedPiecesOfPieces(shape.images, cut.images.size, strip.images);
  const positions = productOf(images, productOf(rows, columns));
  return { positions, inPhase: [positions] };
}

/** Told of an instruction and how often a program has it. */
export type WorkVisitor = (work: Work, count: number) => void;

/** What all blocks of a strip of so many positions do at the post unit, once for each of the strips. */
export function visitStripWork(
  { outputBytes }: ArrayWorkload,
  { blocks }: CountedBlocks,
  positions: number,
  visit: WorkVisitor,
): void {
  for (const { groups, outputs, count } of blocks) {
    visit(requantizeWork(positions * groups * outputs, outputBytes), count);
  }
}

/** What an interruption of its sums adds to that. */
export function visitInterruptionWork(
  { blocks }: CountedBlocks,
  positions: number,
  accelerator: Accelerator,
  visit: WorkVisitor,
): void {
  for (const { groups, outputs, count } of blocks) {
    visit(sumsWork('spill', positions * groups * outputs, accelerator), count);
    visit(sumsWork('restore', positions * groups * outputs, accelerator), count);
  }
}

/** What all blocks and folds do on the array against so many positions of a strip, which are in a phase. */
export function visitPhaseWork(
  { blocks, folds, packing }: CountedBlocks,
  phase: number,
  positions: number,
  accelerator: Accelerator,
  visit: WorkVisitor,
): void {
  for (const { size, count: passes } of countedPasses(positions, accelerator)) {
    for (const { groups, outputs, count: blockCount } of blocks) {
      for (const { depth, count: foldCount, accumulates } of folds[phase]!) {
        const count = passes * blockCount * foldCount;
        for (const work of passWork({ groups, depth, outputs }, size, accumulates, packing, accelerator)) {
          visit(work, count);
        }
      }
    }
  }
}
