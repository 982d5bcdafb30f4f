import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Accelerator, MacArray } from '../../../src/hw/accelerator.js';
import { arrayOf } from '../../../src/hw/components/machine-array.js';
import { Datapath } from '../../../src/hw/components/datapath.js';
import { arrayWorkspace } from '../../../src/hw/components/simd/kernel-cache.js';
import { fitsInt16 } from '../../../src/hw/components/simd/operand-range.js';
import { emittingWorkspace } from '../../../src/hw/components/value-room.js';
import type { Workspace } from '../../../src/wasm/workspace.js';
import { machineFixture } from '../../support/machine-fixture.js';

const fixture = machineFixture();
const { array, accumulators } = fixture;
const ws: MacArray = { ...array, kind: 'systolic', pipelineStages: 0, rows: 3, columns: 5 };
const os: MacArray = { ...ws, dataflow: 'os', drain: 'shift', pingPongWeights: false };

/** Nine pairs of operands a multiplier. */
const packed = (rows: number): MacArray => ({
  ...ws,
  rows,
  packedLanes: [{ activationBits: 8, weightBits: 4, lanes: 9 }],
});

/** The machine with so large an activation buffer. */
function sized(capacityBytes: number): Accelerator {
  return { ...fixture, activationBuffer: { ...fixture.activationBuffer, capacityBytes } };
}

/** The class of a machine's array, which it does not need any more. */
function formOf(
  config: MacArray,
  sums = accumulators,
  workspace: Workspace | null = arrayWorkspace(),
): string {
  const machine = arrayOf(config, sums, workspace);
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

it('arrays are plain where nothing is emitted', () => {
  expect([ws, os].map((config) => formOf(config, accumulators, null))).toEqual([
    'StationaryMesh',
    'OutputStationaryMesh',
  ]);
});

describe('nothing is emitted', () => {
  afterEach(() => {
    vi.doUnmock('../../../src/wasm/support.js');
    vi.resetModules();
  });

  it('where there are no vector instructions', async () => {
    expect(emittingWorkspace(fixture)).toBe(arrayWorkspace());
    vi.resetModules();
    vi.doMock('../../../src/wasm/support.js', () => ({ hasSimd: () => false }));
    const { emittingWorkspace: choose } = await import('../../../src/hw/components/value-room.js');
    expect(choose(fixture)).toBe(null);
  });

  it('where memories together are larger than a gibibyte', () => {
    expect(emittingWorkspace(sized(2 ** 29))).not.toBe(null);
    expect(emittingWorkspace(sized(2 ** 30))).toBe(null);
  });
});

it('a memory that no array can be is refused', () => {
  expect(() => new Datapath(sized(2 ** 33), 0)).toThrow('found 8589934592 bytes, expected at most');
});
