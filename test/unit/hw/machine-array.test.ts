import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MacArray } from '../../../src/hw/accelerator.js';
import { arrayOf } from '../../../src/hw/components/machine-array.js';
import { fitsInt16 } from '../../../src/hw/components/simd/operand-range.js';
import { machineFixture } from '../../support/machine-fixture.js';

const { array, accumulators } = machineFixture();
const ws: MacArray = { ...array, kind: 'systolic', pipelineStages: 0, rows: 3, columns: 5 };
const os: MacArray = { ...ws, dataflow: 'os', drain: 'shift', pingPongWeights: false };

/** Nine pairs of operands a multiplier. */
const packed = (rows: number): MacArray => ({
  ...ws,
  rows,
  packedLanes: [{ activationBits: 8, weightBits: 4, lanes: 9 }],
});

/** The class of a machine's array, which it does not need any more. */
function formOf(config: MacArray, sums = accumulators, choose = arrayOf): string {
  const machine = choose(config, sums);
  machine.array.release();
  return machine.array.constructor.name;
}

describe('an array is stepped in vectors', () => {
  it('where its operands are bytes', () => {
    expect(formOf(ws)).toBe('SimdStationaryMesh');
    expect(formOf(os)).toBe('SimdOutputStationaryMesh');
  });

  it('but not where an operand is wider', () => {
    expect(formOf({ ...ws, weightBits: 9 })).toBe('StationaryMesh');
    expect(formOf({ ...os, activationBits: 16 })).toBe('OutputStationaryMesh');
  });

  it('but not where the products of a column may leave int32: 255² · 33,026 does', () => {
    expect(fitsInt16(packed(3669))).toBe(true); // 33,021 products
    expect(fitsInt16(packed(3670))).toBe(false); // 33,030
  });

  it('and sums that stay only where the accumulators keep them modulo 2^32 or less', () => {
    expect(formOf(os, { ...accumulators, bits: 24 })).toBe('SimdOutputStationaryMesh');
    expect(formOf(os, { ...accumulators, bits: 33 })).toBe('OutputStationaryMesh');
    expect(formOf(os, { ...accumulators, overflow: 'saturate' })).toBe('OutputStationaryMesh');
    expect(formOf(ws, { ...accumulators, bits: 48, overflow: 'saturate' })).toBe('SimdStationaryMesh');
  });
});

describe('where there are no vector instructions', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/wasm/support.js');
    vi.resetModules();
  });

  it('arrays are plain', async () => {
    vi.resetModules();
    vi.doMock('../../../src/wasm/support.js', () => ({ hasSimd: () => false }));
    const { arrayOf: choose } = await import('../../../src/hw/components/machine-array.js');
    expect([ws, os].map((config) => formOf(config, accumulators, choose))).toEqual([
      'StationaryMesh',
      'OutputStationaryMesh',
    ]);
  });
});
