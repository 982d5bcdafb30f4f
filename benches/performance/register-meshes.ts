import { assert } from '../../src/core/errors.js';
import type { MacArray } from '../../src/hw/accelerator.js';
import { LeavingSums } from '../../src/hw/components/leaving-sums.js';
import { arrayOf } from '../../src/hw/components/machine-array.js';
import { tagOf } from '../../src/hw/components/mesh-tags.js';
import type { EnteringVectors, OperandValues } from '../../src/hw/components/product-array.js';
import { arrayWorkspace } from '../../src/hw/components/simd/kernel-cache.js';
import { ValueRoom } from '../../src/hw/components/value-room.js';
import { PlainOutputStationaryMesh, PlainStationaryMesh } from './plain-meshes.js';
import { digits, measured, type Claim, type Effort, type Results, type Row } from './results.js';
import { interleaved } from './rounds.js';

const SMALL = {
  what: 'register engine, weight-stationary 16 × 16, of the plain loop',
  unit: '×',
  mark: { atLeast: 4 },
} as const;
const LARGE = {
  what: 'register engine, weight-stationary 128 × 128, of the plain loop',
  unit: '×',
  mark: { atLeast: 10 },
} as const;

const UPDATES = 2 ** 23;
const VECTORS = 512;

/** That enter in a row, as many as a stream lets. */
const CYCLES = 64;

/** Two ways to step the same mesh through as many cycles; both return the sum of all that left. */
export interface Contest {
  readonly name: string;
  readonly updates: number;
  readonly registers: () => number;
  readonly plain: () => number;
}

/** One vector of a stream. */
interface Vector {
  readonly west: Float64Array;
  readonly north: Float64Array | null;
}

/** Of a mesh of as many rows as columns. */
export function contestOf(dataflow: 'ws' | 'os', side: number): Contest {
  let state = side;
  const codes = (): Float64Array =>
    Float64Array.from({ length: side }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return state >> 24;
    });
  const weights = Array.from({ length: side }, codes);
  const vectors = Array.from({ length: VECTORS }, (): Vector => ({
    west: codes(),
    north: dataflow === 'os' ? codes() : null,
  }));
  const cycles = Math.ceil(UPDATES / side ** 2 / VECTORS) * VECTORS;
  return {
    name: `${dataflow} ${side} × ${side}`,
    updates: cycles * side ** 2,
    registers: onRegisters(dataflow, weights, vectors, cycles),
    plain: inPlainLoops(dataflow, weights, vectors, cycles),
  };
}

function onRegisters(
  dataflow: 'ws' | 'os',
  weights: readonly Float64Array[],
  vectors: readonly Vector[],
  cycles: number,
): () => number {
  const config: MacArray = {
    kind: 'systolic',
    dataflow,
    ...(dataflow === 'os' && { drain: 'columnBus' as const }),
    rows: weights.length,
    columns: weights.length,
    pipelineStages: 0,
    pingPongWeights: false,
    groupPacking: true,
    activationBits: 8,
    weightBits: 8,
  };
  const sums = { bits: 32, overflow: 'wrap', entriesPerColumn: 1, pingPong: false } as const;
  const machine = arrayOf(config, sums, arrayWorkspace());
  const { array } = machine;
  if (machine.stays === 'operand') {
    for (const row of weights.toReversed()) machine.array.load(0, null, row);
    array.tick();
  }
  const room = new ValueRoom(arrayWorkspace());
  const steps = Array.from({ length: VECTORS / CYCLES }, (_, step): EnteringVectors => {
    const first = step * CYCLES;
    const entering = vectors.slice(first, first + CYCLES);
    return {
      cycles: CYCLES,
      tags: entering.map((_vector, cycle) => tagOf(first + cycle === 0, first + cycle === VECTORS - 1)),
      west: joined(
        entering.map(({ west }) => west),
        room,
      ),
      north: joined(
        entering.map(({ north }) => north ?? new Float64Array()),
        room,
      ),
    };
  });
  const leaving = new LeavingSums(config.columns, room);
  return () => {
    let total = 0;
    for (let cycle = 0; cycle < cycles; cycle += CYCLES) {
      const entering = steps[(cycle % VECTORS) / CYCLES]!;
      for (const tag of entering.tags) array.passes(tag);
      leaving.clear();
      array.step(entering, leaving);
      for (let column = 0, first = 0; column < config.columns; column += 1, first += leaving.perColumn) {
        const end = first + leaving.counts[column]!;
        for (let at = first; at < end; at += 1) total = (total + leaving.values[at]!) | 0;
      }
    }
    return total;
  };
}

/** Where the array finds it. */
function joined(parts: readonly Float64Array[], room: ValueRoom): OperandValues {
  const values = parts.flatMap((part) => [...part]);
  const placed = room.int16(values.length);
  placed.set(values);
  return placed;
}

function inPlainLoops(
  dataflow: 'ws' | 'os',
  weights: readonly Float64Array[],
  vectors: readonly Vector[],
  cycles: number,
): () => number {
  const side = weights.length;
  const mesh =
    dataflow === 'os'
      ? new PlainOutputStationaryMesh(side ** 2, VECTORS)
      : new PlainStationaryMesh(Int32Array.from(weights.flatMap((row) => [...row])), side);
  const west = skewed(vectors.map((vector) => vector.west));
  const north = dataflow === 'os' ? skewed(vectors.map((vector) => vector.north!)) : west;
  return () => {
    let total = 0;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      total = (total + mesh.step(west[cycle % VECTORS]!, north[cycle % VECTORS]!)) | 0;
    }
    return total;
  };
}

/** What has passed the skew in each cycle: of lane i what entered i cycles before. */
function skewed(vectors: readonly Float64Array[]): Int32Array[] {
  return vectors.map((vector, cycle) =>
    Int32Array.from(vector, (_, lane) => vectors[(cycle - lane + VECTORS) % VECTORS]![lane]!),
  );
}

interface Speeds {
  readonly name: string;
  readonly ratio: number;
  /** Millions of PE-updates a second. */
  readonly registers: number;
  readonly plain: number;
}

async function race(contests: readonly Contest[], { rounds }: Effort): Promise<Speeds[]> {
  // Twice: the first run fills the mesh and compiles it, from the second on all is periodic and has to agree.
  for (const { registers, plain } of contests) [registers, plain].forEach((run) => run());
  for (const { name, registers, plain } of contests) assert(registers() === plain(), `${name} agrees`);
  const contenders = contests.flatMap(({ name, registers, plain }) => [
    [`${name} on registers`, registers] as const,
    [`${name} in a plain loop`, plain] as const,
  ]);
  const taken = await interleaved(Object.fromEntries(contenders), { rounds, warmUp: 1 });
  return contests.map(({ name, updates }) => {
    const [registers, plain] = [`${name} on registers`, `${name} in a plain loop`];
    const speed = (form: string): number => updates / taken.medianMs(form) / 1e3;
    return {
      name,
      ratio: taken.ratio(plain, registers),
      registers: speed(registers),
      plain: speed(plain),
    };
  });
}

const rowOf = (claim: Claim, { ratio, registers }: Speeds): Row =>
  measured(claim, ratio, `${registers.toFixed(0)} million PE-updates a second`);

/**
 * PE-updates a second of systolic meshes: those of the register engine, as its datapath steps them, against a plain loop over typed
 * arrays that steps the same mesh. One shape alone in the process, then all; marks are for all.
 */
export async function registerMeshes(effort: Effort): Promise<Results> {
  const alone = contestOf('ws', 16);
  const [first] = await race([alone], effort);
  const others = [contestOf('ws', 128), contestOf('os', 16), contestOf('os', 128)];
  const all = await race([alone, ...others], effort);
  return {
    rows: [rowOf(SMALL, all[0]!), rowOf(LARGE, all[1]!)],
    tables: [
      {
        title: 'Register engine',
        header: ['array', 'ratio', 'registers, million PE-updates/s', 'plain loop, million PE-updates/s'],
        cells: [{ ...first!, name: `${first!.name}, no other shape in the process` }, ...all].map((each) => [
          each.name,
          digits(each.ratio),
          each.registers.toFixed(0),
          each.plain.toFixed(0),
        ]),
      },
    ],
  };
}
