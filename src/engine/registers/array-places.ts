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

/** Positions of a tile in row-major order. */
export function positionAt({ images, rows, columns }: PositionTile, index: number): Position {
  const [height, width] = [lengthOf(rows), lengthOf(columns)];
  return {
    image: images.start + Math.floor(index / (height * width)),
    row: rows.start + (Math.floor(index / width) % height),
    column: columns.start + (index % width),
  };
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

/** Of the positions of a tile that are in a phase, in row-major order, the one at an index. */
export function phasePosition(
  { images, rows, columns }: PositionTile,
  phase: Phase,
  index: number,
): Position {
  const height = inPhase(rows, phase.row, phase.rowPeriod);
  const width = inPhase(columns, phase.column, phase.columnPeriod);
  return {
    image: images.start + Math.floor(index / (height.count * width.count)),
    row: height.first + phase.rowPeriod * (Math.floor(index / width.count) % height.count),
    column: width.first + phase.columnPeriod * (index % width.count),
  };
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

/** The channel of a tile at an index: its groups in turn, of each its outputs. */
export function channelAt({ groups, outputChannels }: ChannelTile, index: number): OutputChannel {
  const outputs = lengthOf(outputChannels);
  return {
    group: groups.start + Math.floor(index / outputs),
    channel: outputChannels.start + (index % outputs),
  };
}

/** All channels of a tile. */
export function channelsOf(tile: ChannelTile): OutputChannel[] {
  return Array.from({ length: channelCountOf(tile) }, (_, index) => channelAt(tile, index));
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
