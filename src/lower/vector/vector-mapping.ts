import type { Work } from '../program/work.js';
import { lengthOf, type Interval } from '../space/interval.js';
import {
  inputPositions,
  positionCount,
  positionsText,
  tileCount,
  type PositionSplit,
  type PositionTile,
} from '../space/position-split.js';
import { residencyTexts } from '../workload/residency-text.js';
import { residencyOf, type VectorWorkload } from '../workload/workload.js';

/** How a vector workload is cut: each tile is some positions x some channels. */
export interface VectorMapping {
  readonly positions: PositionSplit;
  readonly channels: readonly Interval[];
}

export function vectorTileCount({ positions, channels }: VectorMapping): number {
  return tileCount(positions) * channels.length;
}

/** Bytes that a tile loads. */
export function vectorInputBytes(
  workload: VectorWorkload,
  positions: PositionTile,
  channels: Interval,
): number {
  return inputPositions(positions, workload) * lengthOf(channels) * residencyOf(workload).loadedInputBytes;
}

/** Bytes of parameters that are loaded before the first tile. */
export function loadedParameterBytes(workload: VectorWorkload): number {
  return residencyOf(workload).weights ? 0 : workload.parameterBytes;
}

/** The instruction that computes so many outputs. */
export function vectorWork(workload: VectorWorkload, outputs: number): Work {
  return {
    kind: 'vector',
    unit: 'post',
    operations: outputs * workload.operationsPerOutput,
    inputBytes: outputs * workload.readBytesPerOutput,
    outputs,
    outputBytes: outputs * workload.outputBytes,
  };
}

/** Bytes that a tile makes. */
export function vectorOutputBytes(
  workload: VectorWorkload,
  positions: PositionTile,
  channels: Interval,
): number {
  return positionCount(positions) * lengthOf(channels) * workload.outputBytes;
}

/** A mapping in words: `tile 8x24 positions x 64 channels`. */
export function vectorText(workload: VectorWorkload, { positions, channels }: VectorMapping): string {
  const size = lengthOf(channels[0]!);
  const tile = `tile ${positionsText(positions)}${size > 1 ? ` x ${size} channels` : ''}`;
  return [tile, ...residencyTexts(workload)].join(', ');
}
