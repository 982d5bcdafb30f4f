import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INT16, INT8, maxOf, minOf, type IntFormat } from '../../src/arith/int-format.js';
import { Random } from '../../src/core/random.js';
import type { Reach } from '../../src/kernels/fast/product.js';
import { GroupedPanels } from '../../src/kernels/simd/grouped-panels.js';
import { KernelMemory } from '../../src/kernels/simd/kernel-memory.js';
import { packPanels } from '../../src/kernels/simd/packed-panels.js';
import { paddedBias, PanelProduct } from '../../src/kernels/simd/panel-product.js';
import type { Tile } from '../../src/kernels/simd/product-function.js';
import type { WeightStorage } from '../../src/kernels/simd/weight-storage.js';
import { WideSums } from '../../src/kernels/simd/wide-sums.js';

/** Rows of int16 that begin anywhere in a canvas, times weights [column][tap][k]. */
interface Product {
  readonly canvas: Int16Array;
  readonly starts: Int32Array;
  readonly reach: Reach;
  readonly weights: Int32Array;
  readonly bias: Int32Array;
}

const SPREADS = ['random', 'lowest', 'alternating'] as const;
type Spread = (typeof SPREADS)[number];

function values(count: number, format: IntFormat, spread: Spread, random: Random): Int32Array {
  const [min, max] = [minOf(format), maxOf(format)];
  return Int32Array.from({ length: count }, (_, index) => {
    if (spread === 'random') return random.integer(min, max);
    return spread === 'lowest' || index % 2 === 0 ? min : max;
  });
}

/** @param input format of what the weights are multiplied by. @param weight format of the weights. */
function anyProduct(input: IntFormat, weight: IntFormat) {
  return fc
    .record({
      rows: fc.integer({ min: 1, max: 11 }),
      columns: fc.integer({ min: 1, max: 40 }),
      taps: fc.integer({ min: 1, max: 4 }),
      run: fc.integer({ min: 1, max: 9 }),
      spread: fc.constantFrom(...SPREADS),
      seed: fc.nat(),
    })
    .map(({ rows, columns, taps, run, spread, seed }): Product => {
      const random = new Random(seed);
      const length = 200;
      return {
        canvas: Int16Array.from(values(length + run, input, spread, random)),
        starts: Int32Array.from({ length: rows }, () => random.integer(0, length / 2)),
        reach: { taps: Int32Array.from({ length: taps }, () => random.integer(0, length / 2)), run },
        weights: values(columns * taps * run, weight, spread, random),
        bias: Int32Array.from({ length: columns }, () => random.integer(-1000, 1000)),
      };
    });
}

/** The sums by definition, [row][column]. */
function definition({ canvas, starts, reach: { taps, run }, weights, bias }: Product): number[] {
  return [...starts].flatMap((start) =>
    [...bias].map((initial, column) => {
      let sum = initial;
      taps.forEach((tap, index) => {
        for (let k = 0; k < run; k += 1) {
          sum += canvas[start + tap + k]! * weights[(column * taps.length + index) * run + k]!;
        }
      });
      return sum;
    }),
  );
}

/** The first `columns` of rows that are `stride` apart. */
function rowsOf(sums: ArrayLike<number>, rows: number, stride: number, columns: number): number[] {
  return Array.from({ length: rows * columns }, (_, index) => {
    return sums[Math.floor(index / columns) * stride + (index % columns)]!;
  });
}

function emittedSums(product: Product, tile: Tile, storage: WeightStorage): number[] {
  const { canvas, starts, reach, weights, bias } = product;
  const memory = new KernelMemory();
  const { workspace } = memory;
  const matrix = {
    values: weights,
    start: 0,
    columns: bias.length,
    columnStride: reach.taps.length * reach.run,
    taps: reach.taps.length,
    tapStride: reach.run,
    run: reach.run,
    depthStride: 1,
    zeroPoint: 0,
  };
  const bound = new PanelProduct(bias.length, starts, reach, tile, storage, memory);
  const addresses = [canvas, packPanels(matrix, tile, storage), paddedBias(bias, tile)].map((array) =>
    workspace.constant(array),
  ) as [number, number, number];
  const stride = paddedBias(bias, tile).length;
  const sums = workspace.allocate(4 * starts.length * stride);
  bound.writeSums(addresses[0], starts.length, addresses[1], addresses[2], sums, 4 * stride);
  const view = new Int32Array(workspace.memory.buffer, sums, starts.length * stride);
  return rowsOf(view, starts.length, stride, bias.length);
}

const TILES: readonly Tile[] = [1, 2, 3, 4].flatMap((rows) =>
  [1, 2].flatMap((blocks) => [1, 3, 4].map((unroll) => ({ rows, blocks, unroll }))),
);
const INT4: IntFormat = { bits: 4, signed: true };
const INT2: IntFormat = { bits: 2, signed: true };

describe('emitted products equal their definition', () => {
  it.each([
    { storage: 'int16', weight: INT8 },
    { storage: 'int4', weight: INT4 },
    { storage: 'int2', weight: INT2 },
  ] as const)('with weights stored as $storage, in every tile', ({ storage, weight }) => {
    const property = fc.property(anyProduct(INT8, weight), fc.constantFrom(...TILES), (product, tile) => {
      expect(emittedSums(product, tile, storage)).toEqual(definition(product));
    });
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });
});

describe('sums that leave int32 are exact', () => {
  it('where few or many products fit a piece', () => {
    let left = 0;
    const property = fc.property(anyProduct(INT16, INT16), (product) => {
      const { canvas, starts, reach, weights, bias } = product;
      const memory = new KernelMemory();
      const wide = new WideSums(
        { values: weights, zeroPoint: 0, groups: 1 },
        bias,
        INT16,
        starts,
        reach,
        TILES[0]!,
        memory,
      );
      const address = memory.workspace.constant(canvas);
      const scratch = memory.workspace.allocate(starts.length * wide.bytesPerRow);
      const sums = wide.sums(address, starts.length, scratch);
      const expected = definition(product);
      if (expected.some((sum) => Math.abs(sum) >= 2 ** 31)) left += 1;
      expect(rowsOf(sums, starts.length, sums.length / starts.length, bias.length)).toEqual(expected);
    });
    expect(() => fc.assert(property, { numRuns: 200 })).not.toThrow();
    expect(left, 'cases whose sums leave int32').toBeGreaterThan(40);
  });
});

it('sums of groups lie side by side, whatever their panels reach into', () => {
  const [groups, groupInputs, groupOutputs] = [3, 5, 3];
  const random = new Random(7);
  const canvas = Int16Array.from(values(groups * groupInputs, INT8, 'random', random));
  const weights = values(groups * groupOutputs * groupInputs, INT8, 'random', random);
  const bias = values(groups * groupOutputs, INT8, 'random', random);
  const memory = new KernelMemory();
  const reach = { taps: Int32Array.of(0), run: groupInputs };
  const panels = new GroupedPanels(
    { values: weights, zeroPoint: 3, groups },
    'int16',
    bias,
    Int32Array.of(0),
    reach,
    TILES[0]!,
    memory,
  );
  const address = memory.workspace.constant(canvas);
  const sums = memory.workspace.allocate(panels.sumStride);
  panels.writeSums(address, 1, sums);
  const expected = [...bias].map((initial, output) => {
    const first = Math.floor(output / groupOutputs) * groupInputs;
    return Array.from({ length: groupInputs }).reduce<number>(
      (sum, _, k) => sum + canvas[first + k]! * (weights[output * groupInputs + k]! - 3),
      initial,
    );
  });
  expect([...new Int32Array(memory.workspace.memory.buffer, sums, bias.length)]).toEqual(expected);
});
