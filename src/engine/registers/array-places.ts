import { lengthOf, type Interval } from '../../lower/space/interval.js';
import type { Phase } from '../../lower/space/phases.js';
import { positionCount, type PositionTile } from '../../lower/space/position-split.js';
import type { ChannelTile } from '../../lower/program/step.js';

/** An output position. */
export interface Position {
  readonly image: number;
  readonly row: number;
  readonly column: number;
}

/** Visits the positions of a tile in row-major order, each with its index. */
export function forPositions(
  { images, rows, columns }: PositionTile,
  visit: (position: Position, index: number) => void,
): void {
  let index = 0;
  for (let image = images.start; image < images.end; image += 1) {
    for (let row = rows.start; row < rows.end; row += 1) {
      for (let column = columns.start; column < columns.end; column += 1, index += 1) {
        visit({ image, row, column }, index);
      }
    }
  }
}

/** The index of a position in that order. */
export function positionIndex(
  { images, rows, columns }: PositionTile,
  { image, row, column }: Position,
): number {
  return (
    ((image - images.start) * lengthOf(rows) + row - rows.start) * lengthOf(columns) + column - columns.start
  );
}

/** The index of a position of the phase in that order. */
export function phaseIndex(
  { images, rows, columns }: PositionTile,
  phase: Phase,
  { image, row, column }: Position,
): number {
  const height = inPhase(rows, phase.row, phase.rowPeriod);
  const width = inPhase(columns, phase.column, phase.columnPeriod);
  const down = (row - height.first) / phase.rowPeriod;
  return (
    ((image - images.start) * height.count + down) * width.count + (column - width.first) / phase.columnPeriod
  );
}

/** A row of an image. What its positions are counted from in a tile is `index`. */
interface PhaseLine {
  readonly index: number;
  readonly image: number;
  readonly row: number;
}

/** A column, and what it adds to the index of a position. */
interface PhaseColumn {
  readonly index: number;
  readonly column: number;
}

/** The positions of a tile that are in a phase: row-major, each line from west to east. */
export interface PhaseGrid {
  readonly lines: readonly PhaseLine[];
  readonly columns: readonly PhaseColumn[];
}

export function phaseGrid({ images, rows, columns }: PositionTile, phase: Phase): PhaseGrid {
  const height = inPhase(rows, phase.row, phase.rowPeriod);
  const width = inPhase(columns, phase.column, phase.columnPeriod);
  const grid = { lines: [] as PhaseLine[], columns: [] as PhaseColumn[] };
  for (let image = images.start; image < images.end; image += 1) {
    for (let down = 0; down < height.count; down += 1) {
      const row = height.first + phase.rowPeriod * down;
      const line = (image - images.start) * lengthOf(rows) + row - rows.start;
      grid.lines.push({ index: line * lengthOf(columns), image, row });
    }
  }
  for (let right = 0; right < width.count; right += 1) {
    const column = width.first + phase.columnPeriod * right;
    grid.columns.push({ index: column - columns.start, column });
  }
  return grid;
}

export function isInPhase({ row, column }: Position, phase: Phase): boolean {
  return row % phase.rowPeriod === phase.row && column % phase.columnPeriod === phase.column;
}

function inPhase({ start, end }: Interval, phase: number, period: number) {
  const first = start + ((((phase - start) % period) + period) % period);
  return { first, count: Math.max(0, Math.ceil((end - first) / period)) };
}

/** The place of an output of the layer: its channels are those of the groups, one after the other. */
export interface OutputChannel {
  readonly group: number;
  readonly channel: number;
}

/** The channels of a tile: its groups in turn, of each its outputs. */
export function channelsOf(tile: ChannelTile): OutputChannel[] {
  const { groups, outputChannels } = tile;
  const channels: OutputChannel[] = [];
  for (let group = groups.start; group < groups.end; group += 1) {
    for (let channel = outputChannels.start; channel < outputChannels.end; channel += 1) {
      channels.push({ group, channel });
    }
  }
  return channels;
}

export function channelIndex(
  { groups, outputChannels }: ChannelTile,
  { group, channel }: OutputChannel,
): number {
  return (group - groups.start) * lengthOf(outputChannels) + channel - outputChannels.start;
}

export function channelCountOf({ groups, outputChannels }: ChannelTile): number {
  return lengthOf(groups) * lengthOf(outputChannels);
}

/** Elements of a tile of outputs, channels innermost. */
export function outputCount(positions: PositionTile, channels: ChannelTile): number {
  return positionCount(positions) * channelCountOf(channels);
}

/** Remainder and quotient. */
export function divided(dividend: number, divisor: number): readonly [remainder: number, quotient: number] {
  const remainder = dividend % divisor;
  return [remainder, (dividend - remainder) / divisor];
}
