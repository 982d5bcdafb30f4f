/**
 * PE-updates a second of systolic meshes: those of the register engine, as its datapath steps them, against a plain loop over typed
 * arrays that steps the same mesh. First with one shape in the process, then with all.
 *
 * Run it: `npx tsx benches/register-meshes.ts`.
 */
import { assert } from '../src/core/errors.js';
import type { MacArray } from '../src/hw/accelerator.js';
import { arrayOf } from '../src/hw/components/machine-array.js';
import type { EnteringVector } from '../src/hw/components/product-array.js';
import { PlainOutputStationaryMesh, PlainStationaryMesh } from './plain-meshes.js';

const ROUNDS = 11;
const UPDATES = 2 ** 23;
const VECTORS = 512;

/** Two ways to step the same mesh through as many cycles; both return the sum of all that left. */
interface Contest {
  readonly name: string;
  readonly updates: number;
  readonly registers: () => number;
  readonly plain: () => number;
}

function contestOf(dataflow: 'ws' | 'os', side: number): Contest {
  let state = side;
  const codes = (): Float64Array =>
    Float64Array.from({ length: side }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return state >> 24;
    });
  const weights = Array.from({ length: side }, codes);
  const vectors = Array.from({ length: VECTORS }, (_, vector): EnteringVector => ({
    west: codes(),
    north: dataflow === 'os' ? codes() : null,
    isFirst: vector === 0,
    isLast: vector === VECTORS - 1,
  }));
  const cycles = Math.ceil(UPDATES / side ** 2 / VECTORS) * VECTORS;
  return {
    name: `${dataflow} ${side}x${side}`.padEnd(12),
    updates: cycles * side ** 2,
    registers: onRegisters(dataflow, weights, vectors, cycles),
    plain: inPlainLoops(dataflow, weights, vectors, cycles),
  };
}

function onRegisters(
  dataflow: 'ws' | 'os',
  weights: readonly Float64Array[],
  vectors: readonly EnteringVector[],
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
  const machine = arrayOf(config, { bits: 32, overflow: 'wrap', entriesPerColumn: 1, pingPong: false });
  const { array } = machine;
  if (machine.stays === 'operand') {
    for (const row of weights.toReversed()) {
      machine.array.load(0, null, row);
      array.tick();
    }
  }
  return () => {
    let total = 0;
    const take = (_column: number, _row: number, sum: number): void => {
      total = (total + sum) | 0;
    };
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      array.evaluate(vectors[cycle % VECTORS]!, take);
      array.tick();
    }
    return total;
  };
}

function inPlainLoops(
  dataflow: 'ws' | 'os',
  weights: readonly Float64Array[],
  vectors: readonly EnteringVector[],
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

function race(contests: readonly Contest[]): void {
  // Twice: the first run fills the mesh and compiles it, from the second on all is periodic and has to agree.
  for (const { registers, plain } of contests) [registers, plain].forEach((run) => run());
  for (const { name, registers, plain } of contests) assert(registers() === plain(), `${name} agrees`);
  const rounds = Array.from({ length: ROUNDS }, () =>
    contests.map(({ registers, plain }) => [secondsOf(registers), secondsOf(plain)] as const),
  );
  contests.forEach(({ name, updates }, index) => {
    const of = rounds.map((round) => round[index]!);
    const speed = (form: 0 | 1): string =>
      (updates / median(of.map((seconds) => seconds[form])) / 1e6).toFixed(0).padStart(10);
    const ratio = median(of.map(([registers, plain]) => plain / registers)).toFixed(1);
    console.log(`${name} ${speed(0)} ${speed(1)} ${ratio.padStart(7)}`);
  });
}

function secondsOf(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

console.log('million PE-updates/s   registers   plain   ratio');
const [alone, ...others] = [
  contestOf('ws', 16),
  contestOf('ws', 128),
  contestOf('os', 16),
  contestOf('os', 128),
] as const;
race([alone]);
console.log('with further shapes in the process');
race([alone, ...others]);
