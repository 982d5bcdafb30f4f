import { expect, it } from 'vitest';
import { kinship } from '../../../src/engine/machine-part.js';
import type { Accelerator } from '../../../src/hw/accelerator.js';
import { machineFixture } from '../../support/machine-fixture.js';

const machine = machineFixture();

it('sorts machines of one chip together, of these those of one DRAM, whatever the room of their buffers', () => {
  const machines = [3, 5].flatMap((capacity) =>
    [7, 9].flatMap((latencyCycles) =>
      [4, 8].map((rows): Accelerator => ({
        ...machine,
        array: { ...machine.array, rows },
        dram: { ...machine.dram, latencyCycles },
        weightBuffer: { ...machine.weightBuffer, capacityBytes: 1024 * capacity },
      })),
    ),
  );
  const sorted = machines
    .map((each) => ({ each, kin: kinship(each) }))
    .sort((a, b) => (a.kin < b.kin ? -1 : Number(a.kin > b.kin)));
  expect(sorted.map(({ each }) => `${each.array.rows} ${each.dram.latencyCycles}`)).toEqual([
    '4 7',
    '4 7',
    '4 9',
    '4 9',
    '8 7',
    '8 7',
    '8 9',
    '8 9',
  ]);
});
