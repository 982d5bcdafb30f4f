import type { Accelerator } from '../../hw/accelerator.js';
import type { CountedWork } from '../program/counted-work.js';
import {
  countedLengths,
  countedPieces,
  countedPositions,
  countedVectors,
  type Counted,
} from '../space/counted.js';
import { lengthOf, splitAll } from '../space/interval.js';
import { phasesOf, type Phase } from '../space/phases.js';
import type { PositionSplit } from '../space/position-split.js';
import { stripIntervals, type StripSize } from '../space/strips.js';
import type { ArrayShape, ArrayWorkload } from '../workload/workload.js';
import type { ArrayBlocking } from './array-mapping.js';
import { countedPasses, passWork, requantizeWork, sumsWork } from './array-work.js';
import type { Tiling } from './tiling.js';

/** Column blocks and folds of a tiling, counted: what its channels and their packing make of the work on the array. */
export interface CountedBlocks {
  readonly blocks: readonly { readonly groups: number; readonly outputs: number; readonly count: number }[];
  /** Of each phase. */
  readonly folds: readonly (readonly CountedFold[])[];
}

/** Folds of some depth. Only the first of a phase writes its sums; the others add to them. */
interface CountedFold {
  readonly depth: number;
  readonly count: number;
  readonly accumulates: boolean;
}

export function countedBlocks(
  shape: ArrayShape,
  { groups, outputChannels, inputChannels }: Omit<Tiling, 'positions'>,
  { packing, blockOutputs }: Pick<ArrayBlocking, 'packing' | 'blockOutputs'>,
): CountedBlocks {
  const columns = countedLengths(splitAll(outputChannels, blockOutputs));
  const blocks = countedLengths(splitAll(groups, packing.groups)).flatMap((group) =>
    columns.map((outputs) => ({
      groups: group.size,
      outputs: outputs.size,
      count: group.count * outputs.count,
    })),
  );
  const depths = inputChannels.map(lengthOf);
  return { blocks, folds: phasesOf(shape).map((phase) => countedFolds(phase, depths, packing.rows)) };
}

function countedFolds({ taps }: Phase, depths: readonly number[], rows: number): CountedFold[] {
  if (taps === 0) return [];
  const folds = new Map<number, number>();
  for (const depth of depths) {
    for (const { size, count } of countedPieces(taps * depth, Math.min(rows, taps * depth))) {
      folds.set(size, (folds.get(size) ?? 0) + count);
    }
  }
  const first = Math.min(rows, taps * depths[0]!);
  return Array.from(folds).flatMap(([depth, count]) => [
    ...(depth === first ? [{ depth, count: 1, accumulates: false }] : []),
    ...(depth === first && count === 1
      ? []
      : [{ depth, count: depth === first ? count - 1 : count, accumulates: true }]),
  ]);
}

/** Strips of a tiling, counted: what its positions make of the work on the array. */
export interface CountedStrips {
  /** Positions of the strips. */
  readonly positions: readonly Counted[];
  /** Of each phase, positions of the passes. */
  readonly passes: readonly (readonly Counted[])[];
}

export function countedStrips(
  shape: ArrayShape,
  positions: PositionSplit,
  strip: StripSize,
  accelerator: Accelerator,
): CountedStrips {
  const strips = stripIntervals(positions, strip);
  const passes = phasesOf(shape).map((phase) =>
    countedVectors(strips, phase).flatMap(({ size, count }) =>
      countedPasses(size, accelerator).map((pass) => ({ size: pass.size, count: count * pass.count })),
    ),
  );
  return { positions: countedPositions(strips), passes };
}

/** Exactly what the programs of a blocking do on the chip, without building one. */
export function arrayChipWork(
  { outputBytes }: ArrayWorkload,
  { tiling, packing, spills }: ArrayBlocking,
  { blocks, folds }: CountedBlocks,
  strips: CountedStrips,
  accelerator: Accelerator,
): CountedWork[] {
  const works: CountedWork[] = [];
  const interruptions = spills ? tiling.inputChannels.length - 1 : 0;
  for (const { groups, outputs, count: blockCount } of blocks) {
    for (const { size, count } of strips.positions) {
      const sums = size * groups * outputs;
      works.push({ work: requantizeWork(sums, outputBytes), count: blockCount * count });
      if (interruptions === 0) continue;
      for (const kind of ['spill', 'restore'] as const) {
        works.push({ work: sumsWork(kind, sums, accelerator), count: interruptions * blockCount * count });
      }
    }
    for (const [phase, passes] of strips.passes.entries()) {
      for (const { depth, count: foldCount, accumulates } of folds[phase]!) {
        for (const { size, count: passCount } of passes) {
          const count = blockCount * foldCount * passCount;
          for (const work of passWork({ groups, depth, outputs }, size, accumulates, packing, accelerator)) {
            works.push({ work, count });
          }
        }
      }
    }
  }
  return works;
}
