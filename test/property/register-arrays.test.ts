import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { Workspace } from '../../src/wasm/workspace.js';
import type { MacArray } from '../../src/hw/accelerator.js';
import { DotProductArray } from '../../src/hw/components/dot-product-array.js';
import { PlainDotProducts } from '../../src/hw/components/dot-products.js';
import { OutputStationaryMesh } from '../../src/hw/components/output-stationary-mesh.js';
import type {
  EnteringVector,
  OutputStationaryArray,
  ProductArray,
  StationaryArray,
} from '../../src/hw/components/product-array.js';
import { SimdDotProducts } from '../../src/hw/components/simd/dot-products.js';
import { SimdOutputStationaryMesh } from '../../src/hw/components/simd/output-stationary-mesh.js';
import { SimdStationaryMesh } from '../../src/hw/components/simd/stationary-mesh.js';
import { StationaryMesh } from '../../src/hw/components/stationary-mesh.js';
import { mostLanes } from '../../src/hw/operand-mode.js';
import { counterexample } from '../support/counterexample.js';
import { machineFixture } from '../support/machine-fixture.js';

/** What happens to an array in a cycle. */
interface Cycle {
  readonly entering: EnteringVector | null;
  /** The values of a row that is loaded, and into which plane; null where none is. */
  readonly load: { readonly plane: number; readonly row: number; readonly values: Float64Array } | null;
  /** The plane that is selected before; null where that stays. */
  readonly select: number | null;
  /** Where sums stay: they move south instead of what enters. */
  readonly shifts: boolean;
}

/** An array, and the seed of what happens to it. */
interface Case {
  readonly array: MacArray;
  readonly seed: number;
}

/** Draws what happens in a cycle: operands of a byte without their zero points, the ends more often than others. */
function cycleOf(array: MacArray, random: Random): Cycle {
  const { rows, columns, pingPongWeights } = array;
  const lanes = mostLanes(array);
  const below = (end: number): number => Math.floor(random.unit() * end);
  const values = (length: number): Float64Array =>
    Float64Array.from({ length }, () => ENDS[below(20)] ?? below(511) - 255);
  const sumsStay = array.dataflow === 'os';
  const [enters, loads, selects] = [below(5) > 0, below(5) > 0, below(5) === 0];
  const entering = {
    west: values(rows * lanes),
    north: sumsStay ? values(columns * lanes) : null,
    isFirst: below(6) === 0,
    isLast: below(6) === 0,
  };
  const plane = below(pingPongWeights ? 2 : 1);
  return {
    entering: enters ? entering : null,
    load: loads ? { plane, row: below(rows), values: values(columns * lanes) } : null,
    select: selects ? below(pingPongWeights ? 2 : 1) : null,
    shifts: sumsStay && below(10) === 0,
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

/** One cycle; what can be seen of it from outside. Sums that leave in one cycle have no order. */
function clock(array: ProductArray, { entering, load, select, shifts }: Cycle): unknown {
  if ('load' in array) {
    const stationary = array as StationaryArray;
    if (select !== null) stationary.select(select);
    if (load !== null) stationary.load(load.plane, load.row, load.values);
  }
  const taken: number[][] = [];
  const drained = shifts ? Array.from((array as OutputStationaryArray).shift()) : null;
  const isLast = !shifts && array.evaluate(entering, (...sum) => taken.push(sum));
  array.tick();
  return { taken: taken.map(String).sort(), drained, isLast };
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

/** Runs both forms of an array side by side and looks at their registers in every `period`-th cycle. */
function expectSame({ array, seed }: Case, cycles: number, period: number): void {
  const { plain, simd } = arraysOf(array);
  const random = new Random(seed);
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const happens = cycleOf(array, random);
    const [expected, found] = [clock(plain, happens), clock(simd, happens)].map(text);
    if (expected !== found) throw new Error(`cycle ${cycle}: ${expected} leaves, in vectors ${found}`);
    if (cycle % period > 0) continue;
    const [registers, inVectors] = [registersOf(plain), registersOf(simd)];
    if (registers !== inVectors) throw new Error(`cycle ${cycle}: ${registers}, in vectors ${inVectors}`);
  }
  simd.release();
}

describe('an array stepped in vectors holds after every cycle, in every register, what a plain one does', () => {
  it.each([
    { what: 'of small shapes', rows: 9, columns: 11, cycles: 40, period: 1, runs: 100 },
    {
      what: 'of rows longer than what is written out',
      rows: 4,
      columns: 150,
      cycles: 12,
      period: 1,
      runs: 30,
    },
    {
      what: 'when lines in memory come to their end',
      rows: 4,
      columns: 6,
      cycles: 1200,
      period: 61,
      runs: 24,
    },
  ])('$what', ({ rows, columns, cycles, period, runs }) => {
    const property = fc.property(anyCase(rows, columns), (drawn) => expectSame(drawn, cycles, period));
    expect(counterexample(property, runs)).toBe('');
  });
});

it('takes the memory of an array again that is released', () => {
  const array = { ...machineFixture().array, kind: 'systolic' } as const;
  arraysOf(array).simd.release();
  const before = workspace.heap.most;
  arraysOf(array).simd.release();
  expect(workspace.heap.most).toBe(before);
});
