import { describe, expect, it } from 'vitest';
import { cycleBreakdown } from '../../../src/engine/cycle-breakdown.js';
import { layerListing } from '../../../src/engine/listing.js';
import { timeProgram } from '../../../src/engine/mapping-timing.js';
import type { Accelerator } from '../../../src/hw/accelerator.js';
import type { Candidate } from '../../../src/lower/candidate.js';
import { searchMappings, USUAL_EFFORT, type Mapped } from '../../../src/lower/mapping-search.js';
import type { ArrayWorkload } from '../../../src/lower/workload/workload.js';
import { mappingsThat, planOfMapping } from '../../support/lowering.js';
import { matrixProduct } from '../../support/matrix-product.js';
import { machineFixture } from '../../support/machine-fixture.js';

/** The best mapping of those that spill sums, or of those that do not. */
function best(workload: ArrayWorkload, machine: Accelerator, spills: boolean): Mapped {
  const measure = (mapping: Candidate): number => timeProgram(mapping, machine).cycles;
  return searchMappings(mappingsThat(spills, workload, machine), machine, {
    goal: 'latency',
    effort: USUAL_EFFORT,
    tolerance: 0,
    measure,
  })!.best;
}

function withAccumulators(entriesPerColumn: number, pingPong: boolean, weightBytes: number): Accelerator {
  const fixture = machineFixture();
  return {
    ...fixture,
    accumulators: { ...fixture.accumulators, entriesPerColumn, pingPong },
    weightBuffer: { ...fixture.weightBuffer, capacityBytes: weightBytes },
  };
}

describe('64 positions x 16 outputs x 32 inputs in two tiles of inputs, on accumulators for 32 positions', () => {
  const workload = matrixProduct({ M: 64, N: 16, K: 32 }, 0);
  const planOn = (machine: Accelerator) =>
    planOfMapping(best(workload, machine, true).candidate, workload, machine);
  const [onePart, twoHalves] = [withAccumulators(32, false, 512), withAccumulators(64, true, 512)];

  it('without ping-pong: the array waits while sums leave and come back', () => {
    expect(layerListing(planOn(onePart))).toMatchInlineSnapshot(`
      "tile 64x1 positions x 16 channels x 16 inputs, 2 folds, sums spilled
           0     0 …  132  load       loadWeights     256 bytes
           1   132 …  360  load       loadActivations 1024 bytes
           2   132 …  148  weightLoad preload         16x16, 256 weights  after 0
           3   360 …  394  array      stream          32 vectors x 16x16, writes  after 1, 2
           4   394 …  522  post       spill           512 sums, 2048 bytes  after 3
           5   148 …  164  weightLoad preload         16x16, 256 weights  after 0
           6   522 …  556  array      stream          32 vectors x 16x16, writes  after 1, 4, 5
           7   556 …  684  post       spill           512 sums, 2048 bytes  after 6
           8   684 …  812  post       restore         512 sums, 2048 bytes  after 6
           9   360 …  492  load       loadWeights     256 bytes
          10   492 …  720  load       loadActivations 1024 bytes
          11   492 …  508  weightLoad preload         16x16, 256 weights  after 3, 9
          12   812 …  846  array      stream          32 vectors x 16x16, adds  after 8, 10, 11
          13   846 …  882  post       requantize      512 elements  after 12
          14   882 … 1010  post       restore         512 sums, 2048 bytes  after 12
          15   556 …  572  weightLoad preload         16x16, 256 weights  after 6, 9
          16  1010 … 1044  array      stream          32 vectors x 16x16, adds  after 10, 14, 15
          17  1044 … 1080  post       requantize      512 elements  after 16
          18  1080 … 1308  store      store           1024 bytes  after 17
      "
    `);
  });

  it('the cycles in which only sums move are named as requantization', () => {
    const { program, timeline } = planOn(onePart);
    // 128 for each of 4 moves, but for preloads beside two of them; 36 for each requantization.
    expect(cycleBreakdown(program, timeline, onePart)).toMatchObject({
      requantize: 4 * 128 - 2 * 16 + 2 * 36,
    });
  });

  it('with ping-pong: the sums of the next round come back while those of this one are added to', () => {
    expect(layerListing(planOn(twoHalves))).toMatchInlineSnapshot(`
      "weights outer, tile 64x1 positions x 8 channels x 16 inputs, 2 folds, sums spilled, weights kept
           0     0 …  164  load       loadWeights     512 bytes
           1   164 …  392  load       loadActivations 1024 bytes
           2   164 …  180  weightLoad preload         16x8, 128 weights  after 0
           3   392 …  426  array      stream          32 vectors x 16x8, writes  after 1, 2
           4   426 …  490  post       spill           256 sums, 1024 bytes  after 3
           5   490 …  554  post       restore         256 sums, 1024 bytes  after 3
           6   180 …  196  weightLoad preload         16x8, 128 weights  after 0
           7   426 …  460  array      stream          32 vectors x 16x8, writes  after 1, 6
           8   554 …  618  post       spill           256 sums, 1024 bytes  after 7
           9   618 …  682  post       restore         256 sums, 1024 bytes  after 7
          10   392 …  620  load       loadActivations 1024 bytes
          11   426 …  442  weightLoad preload         16x8, 128 weights  after 0, 3
          12   620 …  654  array      stream          32 vectors x 16x8, adds  after 5, 10, 11
          13   682 …  702  post       requantize      256 elements  after 12
          14   460 …  476  weightLoad preload         16x8, 128 weights  after 0, 7
          15   682 …  716  array      stream          32 vectors x 16x8, adds  after 9, 10, 14
          16   716 …  736  post       requantize      256 elements  after 15
          17   736 …  900  store      store           512 bytes  after 16
          18   654 …  670  weightLoad preload         16x8, 128 weights  after 0, 12
          19   716 …  750  array      stream          32 vectors x 16x8, writes  after 1, 13, 18
          20   750 …  814  post       spill           256 sums, 1024 bytes  after 19
          21   814 …  878  post       restore         256 sums, 1024 bytes  after 19
          22   716 …  732  weightLoad preload         16x8, 128 weights  after 0, 15
          23   750 …  784  array      stream          32 vectors x 16x8, writes  after 1, 16, 22
          24   878 …  942  post       spill           256 sums, 1024 bytes  after 23
          25   942 … 1006  post       restore         256 sums, 1024 bytes  after 23
          26   750 …  766  weightLoad preload         16x8, 128 weights  after 0, 19
          27   878 …  912  array      stream          32 vectors x 16x8, adds  after 10, 21, 26
          28  1006 … 1026  post       requantize      256 elements  after 27
          29   784 …  800  weightLoad preload         16x8, 128 weights  after 0, 23
          30  1006 … 1040  array      stream          32 vectors x 16x8, adds  after 10, 25, 29
          31  1040 … 1060  post       requantize      256 elements  after 30
          32  1060 … 1224  store      store           512 bytes  after 31
      "
    `);
  });
});

describe('a product with 32 KiB of weights on 32 accumulators a column and 2 KiB for weights at a time', () => {
  const workload = matrixProduct({ M: 1024, N: 64, K: 512 }, 0);
  const machine = withAccumulators(64, true, 4096);
  const spilled = best(workload, machine, true);
  const kept = best(workload, machine, false);

  it('is faster with spilled sums: weights are loaded for more positions at a time', () => {
    expect([spilled, kept].map(({ candidate, cycles, dramBytes }) => [candidate.text(), cycles, dramBytes]))
      .toMatchInlineSnapshot(`
      [
        [
          "weights outer, tile 86x1 positions x 32 channels x 64 inputs, 32 folds, sums spilled",
          246485,
          1507328,
        ],
        [
          "activations outer, tile 32x1 positions x 8 channels x 256 inputs, 32 folds",
          337516,
          1638400,
        ],
      ]
    `);
    expect(spilled.cycles).toBeLessThan(kept.cycles);
  });

  it('spills nothing where the accumulators hold all sums of a tile', () => {
    const roomy = withAccumulators(2 ** 14, true, 4096);
    expect(mappingsThat(true, workload, roomy)).toEqual([]);
  });
});
