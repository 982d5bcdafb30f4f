import { expect, it } from 'vitest';
import { operandToggles } from '../../../src/engine/operand-toggles.js';
import type { MacArray } from '../../../src/hw/accelerator.js';
import type { Step } from '../../../src/lower/program/step.js';
import { identityAxis } from '../../../src/lower/space/axis.js';
import type { Interval } from '../../../src/lower/space/interval.js';
import { phasesOf } from '../../../src/lower/space/phases.js';
import { idealMachine } from '../../support/ideal-machine.js';

/** Two terms, three positions, two outputs. */
const shape = {
  images: 1,
  rows: identityAxis(3),
  columns: identityAxis(1),
  groups: 1,
  inputChannels: 2,
  outputChannels: 2,
};
const operands = {
  activations: [0b0001, 0b1111, 0b0011, 0b1111, -1, 0], // term 0: 1, 3, -1; term 1: 15, 15, 0
  weights: [0b0111, 0b0001, 0b0100, 0b0001], // output 0: 7, 1; output 1: 4, 1
  paddingCode: 0,
};

function stream(run: Interval): Step {
  const part = {
    of: 'products',
    positions: {
      images: { start: 0, end: 1 },
      rows: { start: 0, end: 3 },
      columns: { start: 0, end: 1 },
    },
    run,
    block: {
      channels: { groups: { start: 0, end: 1 }, outputChannels: { start: 0, end: 2 } },
      phase: phasesOf(shape)[0]!,
      inputChannels: { start: 0, end: 2 },
      depth: { start: 0, end: 2 },
    },
  } as const;
  const work = {
    kind: 'stream',
    unit: 'array',
    vectors: 0,
    rows: 0,
    columns: 0,
    macs: 0,
    accumulates: false,
  } as const;
  return { work, part, reads: [], writes: [] };
}

const togglesOf = (dataflow: MacArray['dataflow'], ...runs: readonly Interval[]): number =>
  operandToggles(shape, runs.map(stream), operands, idealMachine(4, 4, { dataflow }).array);

const all = { start: 0, end: 3 };

it('where weights stay: a row flips from position to position, at both outputs', () => {
  const term0 = 1 + 1 + 6; // 0, 1, 3, -1
  const term1 = 4 + 0 + 4; // 0, 15, 15, 0
  expect(togglesOf('ws', all)).toBe(2 * (term0 + term1));
});

it('a stream begins with the codes that the one before it left', () => {
  expect(togglesOf('ws', { start: 0, end: 1 }, { start: 1, end: 3 })).toBe(togglesOf('ws', all));
  const back = 2 * (7 + 1 + 6 + (0 + 0) + 4 + 0 + 4); // -1 to 1, and 0 to 15
  expect(togglesOf('ws', all, all)).toBe(togglesOf('ws', all) + back);
});

it('where activations stay: a row flips from output to output, at each position', () => {
  const term0 = 3 + 2; // 0, 7, 4
  const term1 = 1 + 0; // 0, 1, 1
  expect(togglesOf('is', all)).toBe(3 * (term0 + term1));
});

it('where sums stay: rows flip from term to term at the outputs, columns at the positions', () => {
  const rows = 1 + 3 + (2 + 2) + (8 + 8); // 0, 1, 15; 0, 3, 15; 0, -1, 0
  const columns = 3 + 2 + (1 + 2); // 0, 7, 1; 0, 4, 1
  expect(togglesOf('os', all)).toBe(2 * rows + 3 * columns);
});
