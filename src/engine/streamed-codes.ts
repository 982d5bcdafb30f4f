import type { Part } from '../lower/program/step.js';
import { lengthOf, type Interval } from '../lower/space/interval.js';
import type { ArrayShape } from '../lower/workload/workload.js';
import type { ArrayOperands } from './array-operands.js';
import { tapsOfPhase } from './tap-inputs.js';

type Products = Extract<Part, { readonly of: 'products' }>;

/**
 * The codes of the products that a pass makes. Terms are the rows of its block: of each group in turn the summed dimension;
 * positions are those of its run, in order.
 */
export interface StreamedCodes {
  readonly activation: (term: number, position: number) => number;
  /** Outputs are those of the term's group. */
  readonly weight: (term: number, output: number) => number;
}

export function streamedCodes(
  shape: ArrayShape,
  { activations, weights, paddingCode }: ArrayOperands,
  { positions, run, block }: Products,
): StreamedCodes {
  const { phase, channels, inputChannels, depth } = block;
  const { rows, columns, groups } = shape;
  const [rowTaps, columnTaps] = [tapsOfPhase(rows, phase.row), tapsOfPhase(columns, phase.column)];
  const [outputRows, outputColumns] = [
    ofPhase(positions.rows, phase.row, phase.rowPeriod),
    ofPhase(positions.columns, phase.column, phase.columnPeriod),
  ];
  const terms = lengthOf(depth);
  const width = lengthOf(inputChannels);
  const termOf = (term: number) => {
    const index = depth.start + (term % terms);
    const tap = Math.floor(index / width);
    return {
      group: channels.groups.start + Math.floor(term / terms),
      channel: inputChannels.start + (index % width),
      rowTap: rowTaps[Math.floor(tap / columnTaps.length)]!,
      columnTap: columnTaps[tap % columnTaps.length]!,
    };
  };
  return {
    activation: (term, position) => {
      const { group, channel, rowTap, columnTap } = termOf(term);
      const index = run.start + position;
      const line = Math.floor(index / outputColumns.length);
      const image = positions.images.start + Math.floor(line / outputRows.length);
      const row = rowTap.inputAt(outputRows[line % outputRows.length]!);
      const column = columnTap.inputAt(outputColumns[index % outputColumns.length]!);
      if (row === null || column === null) return paddingCode;
      const pixel = (image * rows.inputExtent + row) * columns.inputExtent + column;
      return activations[(pixel * groups + group) * shape.inputChannels + channel]!;
    },
    weight: (term, output) => {
      const { group, channel, rowTap, columnTap } = termOf(term);
      const row = group * shape.outputChannels + channels.outputChannels.start + output;
      const tap = (row * rows.kernel + rowTap.tap) * columns.kernel + columnTap.tap;
      return weights[tap * shape.inputChannels + channel]!;
    },
  };
}

/** The positions of an interval that are in a phase. */
function ofPhase({ start, end }: Interval, phase: number, period: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index).filter(
    (position) => position % period === phase,
  );
}
