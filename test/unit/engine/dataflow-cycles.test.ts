import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycleBreakdown } from '../../../src/engine/cycle-breakdown.js';
import { runProgram } from '../../../src/engine/timeline.js';
import type { Accelerator } from '../../../src/hw/accelerator.js';
import type { ArrayWorkload } from '../../../src/lower/workload/workload.js';
import { counterexample } from '../../support/counterexample.js';
import { idealMachine } from '../../support/ideal-machine.js';
import { lowered } from '../../support/lowering.js';
import { matrixProduct, type Product } from '../../support/matrix-product.js';

/** Cycles in which the array works, by name. */
function arrayCycles(workload: ArrayWorkload, machine: Accelerator) {
  const { program } = lowered(workload, machine)!;
  const breakdown = cycleBreakdown(program, runProgram(program, machine), machine);
  const { stream, fill, drain, weightLoad } = breakdown;
  return { stream, fill, drain, weightLoad, total: stream + fill + drain + weightLoad };
}

/**
 * M, N, K on R x C, the folds and the cycles of all together as SCALE-Sim simulates them: folds x (R + C + K - 2). The last
 * row is by its formula.
 */
const OUTPUT_STATIONARY = [
  { M: 1, N: 1, K: 1, R: 4, C: 4, folds: 1, cycles: 7 },
  { M: 4, N: 4, K: 4, R: 4, C: 4, folds: 1, cycles: 10 },
  { M: 5, N: 7, K: 9, R: 4, C: 4, folds: 4, cycles: 60 },
  { M: 10, N: 10, K: 10, R: 4, C: 4, folds: 9, cycles: 144 },
  { M: 16, N: 16, K: 16, R: 4, C: 4, folds: 16, cycles: 352 },
  { M: 17, N: 33, K: 65, R: 4, C: 4, folds: 45, cycles: 3_195 },
  { M: 64, N: 8, K: 200, R: 4, C: 4, folds: 32, cycles: 6_592 },
  { M: 100, N: 50, K: 25, R: 4, C: 4, folds: 325, cycles: 10_075 },
  { M: 1, N: 1, K: 1, R: 8, C: 16, folds: 1, cycles: 23 },
  { M: 5, N: 7, K: 9, R: 8, C: 16, folds: 1, cycles: 31 },
  { M: 17, N: 33, K: 65, R: 8, C: 16, folds: 9, cycles: 783 },
  { M: 64, N: 8, K: 200, R: 8, C: 16, folds: 8, cycles: 1_776 },
  { M: 100, N: 50, K: 25, R: 8, C: 16, folds: 52, cycles: 2_444 },
  { M: 33, N: 31, K: 30, R: 32, C: 16, folds: 4, cycles: 304 },
  { M: 196, N: 64, K: 1152, R: 32, C: 16, folds: 28, cycles: 33_544 },
  { M: 784, N: 128, K: 147, R: 32, C: 16, folds: 200, cycles: 38_600 },
  { M: 1, N: 1000, K: 512, R: 32, C: 16, folds: 63, cycles: 35_154 },
  { M: 256, N: 256, K: 256, R: 16, C: 16, folds: 256, cycles: 73_216 },
  { M: 256, N: 256, K: 256, R: 32, C: 32, folds: 64, cycles: 20_352 },
  { M: 256, N: 256, K: 256, R: 128, C: 128, folds: 4, cycles: 2_040 },
  { M: 1024, N: 1024, K: 1024, R: 32, C: 32, folds: 1_024, cycles: 1_112_064 },
  { M: 1024, N: 1024, K: 1024, R: 128, C: 128, folds: 64, cycles: 81_792 },
  { M: 1024, N: 1024, K: 1024, R: 16, C: 16, folds: 4_096, cycles: 4_317_184 },
];

describe('an output-stationary array', () => {
  it.each(OUTPUT_STATIONARY)(
    '$R x $C on column buses works for $cycles cycles on $M x $K times $K x $N',
    ({ R, C, folds, cycles, ...product }) => {
      const busy = arrayCycles(
        matrixProduct(product),
        idealMachine(R, C, { dataflow: 'os', drain: 'columnBus' }),
      );
      expect(busy.total).toBe(cycles);
      expect(busy).toMatchObject({ stream: folds * product.K, drain: 0, weightLoad: 0 });
    },
  );

  it.each(OUTPUT_STATIONARY)(
    '$R x $C that shifts its sums out takes R cycles more for each of $folds folds on $M x $K times $K x $N',
    ({ R, C, folds, cycles, ...product }) => {
      const busy = arrayCycles(
        matrixProduct(product),
        idealMachine(R, C, { dataflow: 'os', drain: 'shift' }),
      );
      expect(busy.total).toBe(cycles + folds * R);
      expect(busy).toMatchObject({ stream: folds * product.K, drain: folds * R, weightLoad: 0 });
    },
  );
});

/** As above, for activations that stay: folds x (2R + C + N - 2). */
const INPUT_STATIONARY = [
  { M: 1, N: 1, K: 1, R: 4, C: 4, folds: 1, cycles: 11 },
  { M: 4, N: 4, K: 4, R: 4, C: 4, folds: 1, cycles: 14 },
  { M: 5, N: 7, K: 9, R: 4, C: 4, folds: 6, cycles: 102 },
  { M: 10, N: 10, K: 10, R: 4, C: 4, folds: 9, cycles: 180 },
  { M: 16, N: 16, K: 16, R: 4, C: 4, folds: 16, cycles: 416 },
  { M: 17, N: 33, K: 65, R: 4, C: 4, folds: 85, cycles: 3_655 },
  { M: 64, N: 8, K: 200, R: 4, C: 4, folds: 800, cycles: 14_400 },
  { M: 100, N: 50, K: 25, R: 4, C: 4, folds: 175, cycles: 10_500 },
  { M: 1, N: 1, K: 1, R: 8, C: 16, folds: 1, cycles: 31 },
  { M: 5, N: 7, K: 9, R: 8, C: 16, folds: 2, cycles: 74 },
  { M: 17, N: 33, K: 65, R: 8, C: 16, folds: 18, cycles: 1_134 },
  { M: 64, N: 8, K: 200, R: 8, C: 16, folds: 100, cycles: 3_800 },
  { M: 100, N: 50, K: 25, R: 8, C: 16, folds: 28, cycles: 2_240 },
  { M: 33, N: 31, K: 30, R: 32, C: 16, folds: 3, cycles: 327 },
  { M: 196, N: 64, K: 1152, R: 32, C: 16, folds: 468, cycles: 66_456 },
  { M: 784, N: 128, K: 147, R: 32, C: 16, folds: 245, cycles: 50_470 },
  { M: 1, N: 1000, K: 512, R: 32, C: 16, folds: 16, cycles: 17_248 },
  { M: 256, N: 256, K: 256, R: 16, C: 16, folds: 256, cycles: 77_312 },
  { M: 256, N: 256, K: 256, R: 32, C: 32, folds: 64, cycles: 22_400 },
  { M: 256, N: 256, K: 256, R: 128, C: 128, folds: 4, cycles: 2_552 },
  { M: 1024, N: 1024, K: 1024, R: 16, C: 16, folds: 4_096, cycles: 4_382_720 },
  { M: 1024, N: 1024, K: 1024, R: 32, C: 32, folds: 1_024, cycles: 1_144_832 },
  { M: 1024, N: 1024, K: 1024, R: 128, C: 128, folds: 64, cycles: 89_984 },
];

describe('an input-stationary array', () => {
  it.each(INPUT_STATIONARY)(
    '$R x $C works for $cycles cycles on $M x $K times $K x $N',
    ({ R, C, folds, cycles, ...product }) => {
      const busy = arrayCycles(matrixProduct(product), idealMachine(R, C, { dataflow: 'is' }));
      expect(busy.total).toBe(cycles);
      expect(busy).toMatchObject({ stream: folds * product.N, drain: 0, weightLoad: folds * R });
    },
  );

  it('with ping-pong registers hides all loads of activations but the first', () => {
    const machine = idealMachine(16, 16, { dataflow: 'is', pingPongWeights: true });
    const busy = arrayCycles(matrixProduct({ M: 256, N: 256, K: 256 }), machine);
    expect(busy).toMatchObject({ weightLoad: 16, stream: 256 * 256, fill: 256 * 30 });
  });
});

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const anyCase = fc.record({ M: size(70), N: size(70), K: size(70), R: size(20), C: size(20) });

/** The published closed forms, for any product on any array. */
describe.each([
  {
    array: { dataflow: 'ws' } as const,
    form: 'ceil(K/R) ceil(N/C) x (2R + C + M - 2)',
    cycles: ({ M, N, K, R, C }: Case) => Math.ceil(K / R) * Math.ceil(N / C) * (2 * R + C + M - 2),
  },
  {
    array: { dataflow: 'is' } as const,
    form: 'ceil(K/R) ceil(M/C) x (2R + C + N - 2)',
    cycles: ({ M, N, K, R, C }: Case) => Math.ceil(K / R) * Math.ceil(M / C) * (2 * R + C + N - 2),
  },
  {
    array: { dataflow: 'os', drain: 'columnBus' } as const,
    form: 'ceil(M/R) ceil(N/C) x (R + C + K - 2)',
    cycles: ({ M, N, K, R, C }: Case) => Math.ceil(M / R) * Math.ceil(N / C) * (R + C + K - 2),
  },
  {
    array: { dataflow: 'os', drain: 'shift' } as const,
    form: 'ceil(M/R) ceil(N/C) x (2R + C + K - 2)',
    cycles: ({ M, N, K, R, C }: Case) => Math.ceil(M / R) * Math.ceil(N / C) * (2 * R + C + K - 2),
  },
])('$array', ({ array, form, cycles }) => {
  it(`works for ${form} cycles on any matrix product`, () => {
    const property = fc.property(anyCase, (each) => {
      const { total } = arrayCycles(matrixProduct(each), idealMachine(each.R, each.C, array));
      if (total !== cycles(each)) throw new Error(`${total} cycles, expected ${cycles(each)}`);
    });
    expect(counterexample(property, 150)).toBe('');
  });
});

/** R rows take `lanes` terms each where operands are narrow enough: as many folds as on R x lanes rows, in the time of R. */
describe.each([
  {
    array: { dataflow: 'ws' } as const,
    form: 'ceil(K/RL) ceil(N/C) x (2R + C + M - 2)',
    cycles: ({ M, N, K, R, C, lanes }: LaneCase) =>
      Math.ceil(K / (R * lanes)) * Math.ceil(N / C) * (2 * R + C + M - 2),
  },
  {
    array: { dataflow: 'is' } as const,
    form: 'ceil(K/RL) ceil(M/C) x (2R + C + N - 2)',
    cycles: ({ M, N, K, R, C, lanes }: LaneCase) =>
      Math.ceil(K / (R * lanes)) * Math.ceil(M / C) * (2 * R + C + N - 2),
  },
  {
    array: { dataflow: 'os', drain: 'shift' } as const,
    form: 'ceil(M/R) ceil(N/C) x (2R + C + ceil(K/L) - 2)',
    cycles: ({ M, N, K, R, C, lanes }: LaneCase) =>
      Math.ceil(M / R) * Math.ceil(N / C) * (2 * R + C + Math.ceil(K / lanes) - 2),
  },
])('$array with packed lanes', ({ array, form, cycles }) => {
  const anyLaneCase = fc
    .tuple(anyCase, fc.integer({ min: 2, max: 5 }))
    .map(([each, lanes]) => ({ ...each, lanes }));
  const machineOf = ({ R, C, lanes }: LaneCase): Accelerator =>
    idealMachine(R, C, { ...array, packedLanes: [{ activationBits: 8, weightBits: 4, lanes }] });

  it(`works for ${form} cycles on any product with a matrix of int4 weights`, () => {
    const property = fc.property(anyLaneCase, (each) => {
      const { total } = arrayCycles({ ...matrixProduct(each), weightBits: 4 }, machineOf(each));
      if (total !== cycles(each)) throw new Error(`${total} cycles, expected ${cycles(each)}`);
    });
    expect(counterexample(property, 100)).toBe('');
  });

  it('has the program of an array without lanes for operands that are too wide for them', () => {
    const property = fc.property(anyLaneCase, (each) => {
      const workload = { ...matrixProduct(each), weightBits: 5 };
      const [inLanes, without] = [machineOf(each), idealMachine(each.R, each.C, array)].map(
        (machine) => lowered(workload, machine)!.program,
      );
      expect(inLanes).toEqual(without);
    });
    expect(counterexample(property, 50)).toBe('');
  });
});

type LaneCase = Case & { readonly lanes: number };
type Case = Product & { readonly R: number; readonly C: number };
