import { expect, it } from 'vitest';
import { Datapath } from '../../../src/hw/components/datapath.js';
import type { LoadOperation, VectorOperation } from '../../../src/hw/components/operations.js';
import { Sequencer } from '../../../src/hw/components/sequencer.js';
import { arrayWorkspace } from '../../../src/hw/components/simd/kernel-cache.js';
import { machineFixture } from '../../support/machine-fixture.js';

const machine = machineFixture({
  dram: {
    bandwidthBytesPerCycle: { numerator: 4, denominator: 1 },
    latencyCycles: 10,
    burstBytes: 64,
  },
  vector: { lanes: 1, latencyCycles: 3 },
});
const BYTES = { bytes: 1, signed: false } as const;
const UNWRITTEN = 0xa5;

/** Byte i of these arrives in cycle 10 + ⌊i / 4⌋. */
const load: LoadOperation = {
  kind: 'load',
  unit: 'load',
  waitsFor: [],
  memory: 'activation',
  address: 0,
  bytes: 64,
  content: () => Uint8Array.from({ length: 64 }, (_, i) => i),
};

/** Result i is made of byte i in cycle i. */
const copy: VectorOperation = {
  kind: 'vector',
  unit: 'post',
  waitsFor: [],
  operations: 64,
  inputBytes: 0,
  outputs: 64,
  format: BYTES,
  reads: [{ memory: 'activation', first: 0, end: 64 }],
  codeOf: (output, read) => read('activation', output, BYTES),
  addresses: () => Int32Array.from({ length: 64 }, (_, i) => i),
};

it('a unit that reads what another writes sees at each cycle what was written before it', () => {
  const datapath = new Datapath(machine, 0);
  const { starts, ends } = new Sequencer([load, copy], datapath).run();
  const { output } = datapath.memories;
  const results = Array.from({ length: 64 }, (_, i) => output.read(i, BYTES));
  datapath.release();
  expect({ starts, ends }).toEqual({ starts: [0, 0], ends: [10 + 64 / 4, 64 + 3] });
  // Byte 13 arrives in the cycle in which it is read.
  expect(results).toEqual(results.map((_, i) => (10 + Math.floor(i / 4) < i ? i : UNWRITTEN)));
  expect(results.filter((result) => result === UNWRITTEN).length).toBe(14);
});

it('sums are written at the next edge where a unit sees each', () => {
  const datapath = new Datapath(machine, 0);
  const { accumulators, leaving } = datapath;
  datapath.seesEveryEdge(true);
  accumulators.begin(Int32Array.of(2));
  leaving.add(0, 7);
  accumulators.accumulate(leaving, 1, false);
  const place = 2 * machine.array.columns;
  const before = accumulators.read(place);
  datapath.tick();
  const after = accumulators.read(place);
  datapath.release();
  expect([before, after]).toEqual([Number.NaN, 7]);
});

it('takes the memory of a datapath again that is released', () => {
  new Datapath(machine, 0).release();
  const { heap } = arrayWorkspace();
  const before = heap.most;
  new Datapath(machine, 0).release();
  expect(heap.most).toBe(before);
});
