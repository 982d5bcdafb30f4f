import { describe, expect, it } from 'vitest';
import { cycleBreakdown } from '../../../src/engine/cycle-breakdown.js';
import { layerListing } from '../../../src/engine/listing.js';
import { runProgram } from '../../../src/engine/timeline.js';
import type { Accelerator } from '../../../src/hw/accelerator.js';
import { loadAccelerator } from '../../../src/hw/load-accelerator.js';
import type { ArrayWorkload } from '../../../src/lower/workload/workload.js';
import { lowered } from '../../support/lowering.js';
import { matrixProduct } from '../../support/matrix-product.js';

function planOf(workload: ArrayWorkload, machine: Accelerator) {
  const layer = lowered(workload, machine)!;
  const timeline = runProgram(layer.program, machine);
  return { ...layer, workload, timeline, breakdown: cycleBreakdown(layer.program, timeline, machine) };
}

describe('one 16 x 16 block of weights and 16 vectors, by hand', () => {
  it('on whitepaper-16x16: 8 bytes a cycle and 100 cycles of latency from DRAM, 2 pipeline stages', async () => {
    const { breakdown, ...plan } = planOf(
      matrixProduct({ M: 16, N: 16, K: 16 }),
      await loadAccelerator('whitepaper-16x16'),
    );
    expect(layerListing(plan)).toMatchInlineSnapshot(`
      "tile 16x1 positions x 16 channels, 1 fold; 524 cycles, 832 bytes of DRAM traffic
           0    0 … 132  load       loadWeights     256 bytes
           1  132 … 264  load       loadActivations 256 bytes
           2  132 … 148  weightLoad preload         16x16, 256 weights  after 0
           3  264 … 282  array      stream          16 vectors x 16x16, writes  after 1, 2
           4  264 … 372  load       loadBias        64 bytes
           5  372 … 392  post       requantize      256 elements  after 3, 4
           6  392 … 524  store      store           256 bytes  after 5
      "
    `);
    expect(breakdown).toMatchInlineSnapshot(`
      {
        "drain": 0,
        "fill": 2,
        "idle": 0,
        "requantize": 20,
        "stalledOnLoad": 338,
        "stalledOnStore": 132,
        "stream": 16,
        "vector": 0,
        "weightLoad": 16,
      }
    `);
  });

  it('on systolic-16x16-ws: 16 bytes a cycle and 100 cycles of latency from DRAM, 30 cycles through the mesh', async () => {
    const { breakdown, ...plan } = planOf(
      matrixProduct({ M: 16, N: 16, K: 16 }),
      await loadAccelerator('systolic-16x16-ws'),
    );
    expect(layerListing(plan)).toMatchInlineSnapshot(`
      "tile 16x1 positions x 16 channels, 1 fold; 472 cycles, 832 bytes of DRAM traffic
           0    0 … 116  load       loadWeights     256 bytes
           1  116 … 232  load       loadActivations 256 bytes
           2  116 … 132  weightLoad preload         16x16, 256 weights  after 0
           3  232 … 278  array      stream          16 vectors x 16x16, writes  after 1, 2
           4  232 … 336  load       loadBias        64 bytes
           5  336 … 356  post       requantize      256 elements  after 3, 4
           6  356 … 472  store      store           256 bytes  after 5
      "
    `);
    expect(breakdown).toMatchInlineSnapshot(`
      {
        "drain": 0,
        "fill": 30,
        "idle": 0,
        "requantize": 20,
        "stalledOnLoad": 274,
        "stalledOnStore": 116,
        "stream": 16,
        "vector": 0,
        "weightLoad": 16,
      }
    `);
  });
});

/** A systolic array on memories that are never in the way. */
async function idealMachine(rows: number, columns: number, pingPongWeights: boolean): Promise<Accelerator> {
  const preset = await loadAccelerator('systolic-16x16-ws');
  const vast = { ...preset.activationBuffer, capacityBytes: 2 ** 30, bandwidthBytesPerCycle: 2 ** 20 };
  return {
    ...preset,
    array: { ...preset.array, rows, columns, pingPongWeights },
    accumulators: { ...preset.accumulators, entriesPerColumn: 2 ** 20 },
    requantizer: { lanes: 2 ** 20, latencyCycles: 0 },
    activationBuffer: vast,
    weightBuffer: vast,
    outputBuffer: vast,
    dram: { bandwidthBytesPerCycle: { numerator: 2 ** 30, denominator: 1 }, latencyCycles: 0, burstBytes: 1 },
  };
}

/** Rows of the table of weight-stationary runs of SCALE-Sim: M, N, K on R x C take folds x (2R + C + M − 2). */
const WEIGHT_STATIONARY = [
  { M: 1, N: 1, K: 1, R: 4, C: 4, cycles: 11 },
  { M: 4, N: 4, K: 4, R: 4, C: 4, cycles: 14 },
  { M: 5, N: 7, K: 9, R: 4, C: 4, cycles: 90 },
  { M: 10, N: 10, K: 10, R: 4, C: 4, cycles: 180 },
  { M: 16, N: 16, K: 16, R: 4, C: 4, cycles: 416 },
  { M: 17, N: 33, K: 65, R: 4, C: 4, cycles: 4_131 },
  { M: 64, N: 8, K: 200, R: 4, C: 4, cycles: 7_400 },
  { M: 100, N: 50, K: 25, R: 4, C: 4, cycles: 10_010 },
  { M: 1, N: 1, K: 1, R: 8, C: 16, cycles: 31 },
  { M: 5, N: 7, K: 9, R: 8, C: 16, cycles: 70 },
  { M: 17, N: 33, K: 65, R: 8, C: 16, cycles: 1_269 },
  { M: 64, N: 8, K: 200, R: 8, C: 16, cycles: 2_350 },
  { M: 100, N: 50, K: 25, R: 8, C: 16, cycles: 2_080 },
  { M: 33, N: 31, K: 30, R: 32, C: 16, cycles: 222 },
  { M: 196, N: 64, K: 1152, R: 32, C: 16, cycles: 39_456 },
  { M: 784, N: 128, K: 147, R: 32, C: 16, cycles: 34_480 },
  { M: 1, N: 1000, K: 512, R: 32, C: 16, cycles: 79_632 },
  { M: 256, N: 256, K: 256, R: 16, C: 16, cycles: 77_312 },
  { M: 256, N: 256, K: 256, R: 32, C: 32, cycles: 22_400 },
  { M: 256, N: 256, K: 256, R: 128, C: 128, cycles: 2_552 },
  { M: 1024, N: 1024, K: 1024, R: 16, C: 16, cycles: 4_382_720 },
];

it.each(WEIGHT_STATIONARY)(
  '$M x $K times $K x $N on a systolic $R x $C array without ping-pong weights works for $cycles cycles',
  async ({ M, N, K, R, C, cycles }) => {
    const { breakdown } = planOf(matrixProduct({ M: M, N: N, K: K }), await idealMachine(R, C, false));
    expect(breakdown.weightLoad + breakdown.stream + breakdown.fill).toBe(cycles);
  },
);

it('ping-pong weights hide all weight loads but the first', async () => {
  const { breakdown } = planOf(matrixProduct({ M: 256, N: 256, K: 256 }), await idealMachine(16, 16, true));
  expect(breakdown.weightLoad).toBe(16);
  expect(breakdown.stream + breakdown.fill).toBe(256 * (256 + 30));
});
