import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { AccumulatorFile as AccumulatorConfig } from '../../src/hw/accelerator.js';
import { AccumulatorFile } from '../../src/hw/components/accumulator-file.js';
import { NOWHERE } from '../../src/hw/components/addresses.js';
import { LeavingSums } from '../../src/hw/components/leaving-sums.js';
import { OperandReader } from '../../src/hw/components/operand.js';
import type { OperandPort } from '../../src/hw/components/operations.js';
import type { OperandValues } from '../../src/hw/components/product-array.js';
import { VectorReader } from '../../src/hw/components/simd/vector-reader.js';
import { Sram } from '../../src/hw/components/sram.js';
import { ValueRoom } from '../../src/hw/components/value-room.js';
import { Workspace } from '../../src/wasm/workspace.js';
import { counterexample } from '../support/counterexample.js';

const workspace = new Workspace();
afterEach(() => workspace.heap.clear());

const below = (random: Random, end: number): number => Math.floor(random.unit() * end);

const shuffled = (random: Random, length: number): number[] =>
  Array.from({ length }, (_, value) => ({ value, key: random.unit() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value);

interface Accumulators {
  readonly config: AccumulatorConfig;
  readonly columns: number;
  readonly seed: number;
}

const anyAccumulators: fc.Arbitrary<Accumulators> = fc.record({
  config: fc.record({
    bits: fc.constantFrom(8, 12, 31, 32, 33, 64),
    overflow: fc.constantFrom('wrap' as const, 'saturate' as const),
    entriesPerColumn: fc.integer({ min: 1, max: 12 }),
    pingPong: fc.constant(false),
  }),
  columns: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
});

/** What places hold after some streams, the sums of each of which leave in several steps. */
function heldAfter({ config, columns, seed }: Accumulators, where: Workspace | null, areUnseen: boolean) {
  const random = new Random(seed);
  const room = new ValueRoom(where);
  const file = new AccumulatorFile(config, columns, room);
  file.areUnseen = areUnseen;
  const leaving = new LeavingSums(columns, room, 8);
  const ends = [2 ** 31 - 1, -(2 ** 31), 127, -128, 0];
  for (let stream = 0; stream < 6; stream += 1) {
    const usedEntries = 1 + below(random, config.entriesPerColumn);
    file.begin(Int32Array.from(shuffled(random, config.entriesPerColumn).slice(0, usedEntries)));
    const [usedColumns, adds] = [1 + below(random, columns), random.unit() < 0.6];
    for (let step = 0; step < 3; step += 1) {
      leaving.clear();
      for (let column = 0; column < columns; column += 1) {
        for (let left = below(random, 6); left > 0; left -= 1) {
          leaving.add(column, ends[below(random, 10)] ?? below(random, 4001) - 2000);
        }
      }
      file.accumulate(leaving, usedColumns, adds);
      file.tick();
    }
  }
  return Array.from({ length: columns * config.entriesPerColumn }, (_, place) => file.read(place));
}

describe('sums that leave an array are accumulated in emitted code as at each edge', () => {
  it('whatever the accumulators keep of them, and where there are more sums than entries', () => {
    const property = fc.property(anyAccumulators, (drawn) => {
      const expected = heldAfter(drawn, null, false);
      expect(heldAfter(drawn, workspace, true)).toEqual(expected);
      expect(heldAfter(drawn, null, true)).toEqual(expected);
    });
    expect(counterexample(property, 300)).toBe('');
  });

  it('and overflow in the cases that are drawn', () => {
    const narrow = { bits: 8, overflow: 'saturate', entriesPerColumn: 4, pingPong: false } as const;
    const held = heldAfter({ config: narrow, columns: 3, seed: 1 }, workspace, true);
    expect(held).toContain(127);
    expect(held).toContain(-128);
  });
});

interface Read {
  readonly signed: boolean;
  readonly step: number;
  readonly zeroPoint: number;
  readonly runs: number;
  readonly seed: number;
}

const anyRead: fc.Arbitrary<Read> = fc.record({
  signed: fc.boolean(),
  step: fc.constantFrom(0, 1, 1, 3),
  zeroPoint: fc.integer({ min: -128, max: 127 }),
  runs: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
});

const BYTES = 64;

/** Some vectors of an operand, read by turns from anywhere; places that are not read keep what is there. */
function valuesOf({ signed, step, zeroPoint, runs, seed }: Read, isEmitted: boolean): number[] {
  const random = new Random(seed);
  const room = new ValueRoom(workspace);
  const memory = new Sram('memory', BYTES, room);
  memory.writeRow(
    0,
    Uint8Array.from({ length: BYTES }, () => below(random, 256)),
  );
  memory.tick();
  const reader = isEmitted ? new VectorReader(room, workspace) : null;
  const values: OperandValues = isEmitted ? room.int16(400) : new Float64Array(400);
  values.fill(-999);
  // One instruction after the other, the last with more addresses than any before.
  for (const vectors of [3, 5, 500]) {
    const lengths = Int32Array.from({ length: runs }, () => 1 + below(random, 5));
    const elements = lengths.reduce((sum, length) => sum + length, 0);
    const starts = Int32Array.from({ length: vectors * runs }, (_, run) =>
      below(random, 4) === 0 ? NOWHERE : below(random, BYTES - (lengths[run % runs]! - 1) * step),
    );
    const port: OperandPort = {
      memory: 'activation',
      format: { bytes: 1, signed },
      zeroPoint,
      absent: 5,
      runs: () => ({ starts, lengths, step }),
      packedBits: null,
    };
    const slots = Int32Array.from(shuffled(random, elements + 3).slice(0, elements));
    const memories = { activation: memory, weight: memory, output: memory, bias: memory };
    const operand = new OperandReader(port, memories, slots, reader);
    for (let turn = 0; turn < 3; turn += 1) {
      const [first, count] = [below(random, vectors - 2), 1 + below(random, 3)];
      operand.read(first, count, values, below(random, 300), elements + 3 + below(random, 4));
    }
  }
  return [...values];
}

it('vectors of bytes are read in emitted code as one by one, from wherever their runs are', () => {
  const property = fc.property(anyRead, (drawn) => {
    expect(valuesOf(drawn, true)).toEqual(valuesOf(drawn, false));
  });
  expect(counterexample(property, 300)).toBe('');
});
