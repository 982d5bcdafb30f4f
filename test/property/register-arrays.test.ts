import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { Workspace } from '../../src/wasm/workspace.js';
import type { MacArray } from '../../src/hw/accelerator.js';
import { DotProductArray } from '../../src/hw/components/dot-product-array.js';
import { PlainDotProducts } from '../../src/hw/components/dot-products.js';
import { LeavingSums } from '../../src/hw/components/leaving-sums.js';
import { BUBBLE, LAST, tagOf } from '../../src/hw/components/mesh-tags.js';
import { OutputStationaryMesh } from '../../src/hw/components/output-stationary-mesh.js';
import type {
  EnteringVectors,
  OperandValues,
  OutputStationaryArray,
  ProductArray,
  StationaryArray,
} from '../../src/hw/components/product-array.js';
import { SimdDotProducts } from '../../src/hw/components/simd/dot-products.js';
import { SimdOutputStationaryMesh } from '../../src/hw/components/simd/output-stationary-mesh.js';
import { SimdStationaryMesh } from '../../src/hw/components/simd/stationary-mesh.js';
import { StationaryMesh } from '../../src/hw/components/stationary-mesh.js';
import { ValueRoom } from '../../src/hw/components/value-room.js';
import { mostLanes } from '../../src/hw/operand-mode.js';
import { counterexample } from '../support/counterexample.js';
import { machineFixture } from '../support/machine-fixture.js';

/** What happens to an array in some cycles that it is stepped through together. */
interface Cycles {
  readonly entering: EnteringVectors;
  /** The values of rows that are loaded by their end, and into which plane. */
  readonly loads: readonly { readonly plane: number; readonly row: number; readonly values: Float64Array }[];
  /** The plane that is selected before; null where that stays. */
  readonly select: number | null;
  /** Where sums stay: how often they move south before. */
  readonly shifts: number;
}

/** An array, and the seed of what happens to it. */
interface Case {
  readonly array: MacArray;
  readonly seed: number;
}

/** Draws what happens: operands of a byte without their zero points, the ends more often than others. */
function cyclesOf(array: MacArray, mostCycles: number, random: Random): Cycles {
  const { rows, columns, pingPongWeights } = array;
  const lanes = mostLanes(array);
  const below = (end: number): number => Math.floor(random.unit() * end);
  const planes = pingPongWeights ? 2 : 1;
  const sumsStay = array.dataflow === 'os';
  const cycles = below(3) === 0 ? 1 : 1 + below(mostCycles);
  const period = [1, 6, 50][below(3)]!;
  const tags = Array.from({ length: cycles }, () =>
    below(5) === 0 ? BUBBLE : tagOf(below(period) === 0, below(period) === 0),
  );
  const values = (length: number): Float64Array =>
    Float64Array.from({ length }, () => ENDS[below(20)] ?? below(511) - 255);
  const entering = (length: number): Float64Array =>
    values(cycles * length).map((value, at) => (tags[Math.floor(at / length)] === BUBBLE ? 0 : value));
  return {
    entering: {
      cycles,
      tags,
      west: entering(rows * lanes),
      north: entering(sumsStay ? columns * lanes : 0),
    },
    loads: Array.from({ length: below(3) }, () => ({
      plane: below(planes),
      row: below(rows),
      values: values(columns * lanes),
    })),
    select: below(5) === 0 ? below(planes) : null,
    shifts: sumsStay && below(10) === 0 ? below(3) : 0,
  };
}

const ENDS: readonly number[] = [-255, -255, -128, 0, 127, 255, 255];

/** Arrays of every kind, with columns that fill vectors and that do not. */
const anyArray = (mostRows: number, mostColumns: number): fc.Arbitrary<MacArray> =>
  fc
    .record({
      rows: fc.integer({ min: 1, max: mostRows }),
      columns: fc.integer({ min: 1, max: mostColumns }),
      pingPongWeights: fc.boolean(),
      pipelineStages: fc.nat(3),
      lanes: fc.constantFrom(1, 1, 2, 3, 4),
      form: fc.constantFrom(
        { kind: 'systolic', dataflow: 'ws' } as const,
        { kind: 'systolic', dataflow: 'os', drain: 'columnBus' } as const,
        { kind: 'systolic', dataflow: 'os', drain: 'shift' } as const,
        { kind: 'dot-product', dataflow: 'ws' } as const,
      ),
    })
    .map(({ lanes, form, ...sizes }) => ({
      ...machineFixture().array,
      ...sizes,
      ...form,
      ...(lanes > 1 && { packedLanes: [{ activationBits: 8, weightBits: 4, lanes }] }),
    }));

const anyCase = (mostRows: number, mostColumns: number): fc.Arbitrary<Case> =>
  fc.record({ array: anyArray(mostRows, mostColumns), seed: fc.nat() });

const workspace = new Workspace();
afterEach(() => workspace.heap.clear());

type Arrays = { readonly plain: ProductArray; readonly simd: ProductArray };

function arraysOf(array: MacArray): Arrays {
  if (array.kind === 'dot-product') {
    return {
      plain: new DotProductArray(array, new PlainDotProducts(array)),
      simd: new DotProductArray(array, new SimdDotProducts(array, workspace)),
    };
  }
  return array.dataflow === 'os'
    ? { plain: new OutputStationaryMesh(array), simd: new SimdOutputStationaryMesh(array, workspace) }
    : { plain: new StationaryMesh(array), simd: new SimdStationaryMesh(array, workspace) };
}

/** The same, cycle by cycle. */
function single({ tags, west, north, cycles }: EnteringVectors): EnteringVectors[] {
  const part = (values: OperandValues, cycle: number): OperandValues =>
    values.subarray((cycle * values.length) / cycles, ((cycle + 1) * values.length) / cycles);
  return Array.from(tags, (_, cycle) => ({
    cycles: 1,
    tags: [tags[cycle]!],
    west: part(west, cycle),
    north: part(north, cycle),
  }));
}

/** The same where emitted functions find it. */
function inWorkspace({ cycles, tags, west, north }: EnteringVectors): EnteringVectors {
  const room = new ValueRoom(workspace);
  const placed = (values: OperandValues): OperandValues => {
    const narrow = room.int16(values.length);
    narrow.set(values);
    return narrow;
  };
  return { cycles, tags, west: placed(west), north: placed(north) };
}

/** What a sum leaves in, of an array whose columns have so many rows. Several last vectors may follow each other here. */
const leavingOf = (
  { columns, rows }: MacArray,
  { cycles }: EnteringVectors,
  where: Workspace | null,
): LeavingSums => new LeavingSums(columns, new ValueRoom(where), cycles * rows);

/** Steps an array; what can be seen of it from outside: of each column the sums that leave, in their order. */
function clock(
  array: ProductArray,
  { entering, loads, select, shifts }: Cycles,
  steps: EnteringVectors[],
  leaving: LeavingSums,
) {
  if (select !== null && 'select' in array) (array as StationaryArray).select(select);
  if ('load' in array) {
    for (const { plane, row, values } of loads) (array as StationaryArray).load(plane, row, values);
  }
  const drained = Array.from({ length: shifts }, () => Array.from((array as OutputStationaryArray).shift()));
  const passed = Array.from(entering.tags, (tag) => array.passes(tag));
  for (const step of steps) array.step(step, leaving);
  array.tick();
  const taken = Array.from(leaving.counts, (_, column) => [...leaving.of(column)]);
  return { taken, drained, passed };
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (Object.is(each, -0) ? 0 : each));

const registersOf = (array: ProductArray): string => {
  const registers = array.registers();
  return text(
    Object.keys(registers)
      .sort()
      .map((name) => [name, registers[name]]),
  );
};

/** Runs both forms of an array side by side and looks at their registers after every `period`-th draw. */
function expectSame({ array, seed }: Case, draws: number, mostCycles: number, period: number): void {
  const { plain, simd } = arraysOf(array);
  const random = new Random(seed);
  for (let draw = 0; draw < draws; draw += 1) {
    const happens = cyclesOf(array, mostCycles, random);
    const { entering } = happens;
    const expected = text(clock(plain, happens, single(entering), leavingOf(array, entering, null)));
    const found = text(clock(simd, happens, [inWorkspace(entering)], leavingOf(array, entering, workspace)));
    if (expected !== found) throw new Error(`draw ${draw}: ${expected} leaves, in vectors ${found}`);
    if (draw % period > 0) continue;
    const [registers, inVectors] = [registersOf(plain), registersOf(simd)];
    if (registers !== inVectors) throw new Error(`draw ${draw}: ${registers}, in vectors ${inVectors}`);
  }
  workspace.heap.clear();
}

describe('an array stepped in vectors, many cycles in a row, holds in every register what a plain one does', () => {
  it.each([
    { what: 'of small shapes', rows: 9, columns: 11, draws: 40, cycles: 1, period: 1, runs: 100 },
    { what: 'in longer steps', rows: 9, columns: 11, draws: 20, cycles: 40, period: 1, runs: 100 },
    {
      what: 'of rows longer than what is written out',
      rows: 4,
      columns: 150,
      draws: 12,
      cycles: 3,
      period: 1,
      runs: 30,
    },
    {
      what: 'when lines in memory come to their end',
      rows: 4,
      columns: 6,
      draws: 40,
      cycles: 300,
      period: 7,
      runs: 24,
    },
  ])('$what', ({ rows, columns, draws, cycles, period, runs }) => {
    const property = fc.property(anyCase(rows, columns), (drawn) => expectSame(drawn, draws, cycles, period));
    expect(counterexample(property, runs)).toBe('');
  });
});

it.each([
  { dataflow: 'ws', drain: undefined },
  { dataflow: 'os', drain: 'shift' },
] as const)('the last vector has passed a mesh when its tag is in the farthest corner: $dataflow', (form) => {
  const { drain, ...dataflow } = form;
  const array: MacArray = {
    ...machineFixture().array,
    kind: 'systolic',
    ...dataflow,
    ...(drain !== undefined && { drain }),
    rows: 3,
    columns: 5,
  };
  const plain = drain === undefined ? new StationaryMesh(array) : new OutputStationaryMesh(array);
  const random = new Random(1);
  let passed = 0;
  for (let draw = 0; draw < 200; draw += 1) {
    const { entering } = cyclesOf(array, 1, random);
    const isLast = plain.passes(entering.tags[0]!);
    plain.step(entering, leavingOf(array, entering, null));
    expect((plain.registers()['eastTags']!.at(-1)! & LAST) !== 0).toBe(isLast);
    if (isLast) passed += 1;
  }
  expect(passed).toBeGreaterThan(10);
});

it('takes the memory of an array again that is released', () => {
  const array = { ...machineFixture().array, kind: 'systolic' } as const;
  arraysOf(array).simd.release();
  const before = workspace.heap.most;
  arraysOf(array).simd.release();
  expect(workspace.heap.most).toBe(before);
});
