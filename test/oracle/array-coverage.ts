import type { Part, Step } from '../../src/lower/program/step.js';
import type { ArrayWorkload } from '../../src/lower/workload/workload.js';
import { positionsIn, tapsAt } from './axis-taps.js';

/**
 * What a program does with an array workload, counted one by one: each product by its output and its tap and input
 * channel, and each output that is requantized and that is stored, unless it stays. Sentences about what is not done exactly once.
 */
export function coverageProblems(workload: ArrayWorkload, steps: readonly Step[]): string[] {
  const count = new Counts(workload);
  for (const { work, part } of steps) {
    if (work.kind === 'stream') count.products(part);
    if (work.kind === 'requantize') count.outputs(part, count.requantized);
    if (work.kind === 'store') count.outputs(part, count.stored);
  }
  return count.problems();
}

class Counts {
  readonly requantized: Uint8Array;
  readonly stored: Uint8Array;
  readonly #workload: ArrayWorkload;
  /** Products of one output at most. */
  readonly #depth: number;
  readonly #products: Uint8Array;

  constructor(workload: ArrayWorkload) {
    const { images, rows, columns, groups, inputChannels, outputChannels } = workload;
    const outputs = images * rows.outputExtent * columns.outputExtent * groups * outputChannels;
    this.#workload = workload;
    this.#depth = rows.kernel * columns.kernel * inputChannels;
    this.#products = new Uint8Array(outputs * this.#depth);
    this.requantized = new Uint8Array(outputs);
    this.stored = new Uint8Array(outputs);
  }

  products(part: Part): void {
    if (part.of !== 'products') throw new Error(`a stream works on ${part.of}`);
    const { phase, channels, inputChannels, depth } = part.block;
    const width = inputChannels.end - inputChannels.start;
    const perPosition =
      (channels.groups.end - channels.groups.start) *
      (channels.outputChannels.end - channels.outputChannels.start);
    let met = 0;
    for (const [output, row, column] of this.#outputs(part.positions, channels)) {
      if (row % phase.rowPeriod !== phase.row || column % phase.columnPeriod !== phase.column) continue;
      const position = Math.floor(met / perPosition);
      met += 1;
      if (position < part.run.start || position >= part.run.end) continue;
      for (const index of positionsIn(depth)) {
        const tap = Math.floor(index / width);
        const input = inputChannels.start + (index % width);
        this.#products[output * this.#depth + tap * this.#workload.inputChannels + input]! += 1;
      }
    }
  }

  outputs(part: Part, counts: Uint8Array): void {
    if (part.of !== 'outputs') throw new Error(`results are ${part.of}`);
    for (const [output] of this.#outputs(part.positions, part.channels)) counts[output]! += 1;
  }

  problems(): string[] {
    const problems: string[] = [];
    const stores = this.#workload.residency?.output === true ? 0 : 1;
    for (const [output, row, column] of this.#outputs(...everything(this.#workload))) {
      if (this.requantized[output] !== 1)
        problems.push(`output ${output}: requantized ${this.requantized[output]} times`);
      if (this.stored[output] !== stores)
        problems.push(`output ${output}: stored ${this.stored[output]} times`);
      const taps = tapsAt(this.#workload.rows, row).length * tapsAt(this.#workload.columns, column).length;
      for (let depth = 0; depth < this.#depth; depth += 1) {
        const expected = depth < taps * this.#workload.inputChannels ? 1 : 0;
        const made = this.#products[output * this.#depth + depth]!;
        if (made !== expected) problems.push(`output ${output}: product ${depth} made ${made} times`);
      }
    }
    return problems;
  }

  /** Index, row and column of every output of a tile. */
  *#outputs(
    { images, rows, columns }: Positions,
    { groups, outputChannels }: Channels,
  ): Generator<readonly [output: number, row: number, column: number]> {
    const shape = this.#workload;
    for (const image of positionsIn(images)) {
      for (const row of positionsIn(rows)) {
        for (const column of positionsIn(columns)) {
          const position = (image * shape.rows.outputExtent + row) * shape.columns.outputExtent + column;
          for (const group of positionsIn(groups)) {
            for (const channel of positionsIn(outputChannels)) {
              yield [(position * shape.groups + group) * shape.outputChannels + channel, row, column];
            }
          }
        }
      }
    }
  }
}

type Positions = Extract<Part, { of: 'outputs' }>['positions'];
type Channels = Extract<Part, { of: 'outputs' }>['channels'];

function everything({ images, rows, columns, groups, outputChannels }: ArrayWorkload): [Positions, Channels] {
  return [
    {
      images: { start: 0, end: images },
      rows: { start: 0, end: rows.outputExtent },
      columns: { start: 0, end: columns.outputExtent },
    },
    { groups: { start: 0, end: groups }, outputChannels: { start: 0, end: outputChannels } },
  ];
}
