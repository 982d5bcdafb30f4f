import { expect, it } from 'vitest';
import { INT16, INT32, INT8 } from '../../../src/arith/int-format.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { simdKernels } from '../../../src/kernels/simd/index.js';
import { KernelMemory } from '../../../src/kernels/simd/kernel-memory.js';
import { POINT_WINDOW } from '../../../src/tensor/window.js';
import { activation, constant, runNode } from '../../support/run-node.js';

/** The lowest codes: sums of two taps of so many channels are 1.25 · 2^32. */
const CHANNELS = 640;
const [IMAGE, WEIGHTS] = [[1, 3, 4, CHANNELS] as const, [2, 3, 2, CHANNELS] as const];

function filled(shape: readonly number[], code: number): Int16Array {
  return new Int16Array(shape.reduce((product, extent) => product * extent)).fill(code);
}

it('sums of a transposed convolution that leave int32 are exact', () => {
  const node = {
    op: 'convTranspose2d',
    ...POINT_WINDOW,
    kernelHeight: 3,
    kernelWidth: 2,
    strideHeight: 2,
    strideWidth: 2,
    outputPaddingHeight: 0,
    outputPaddingWidth: 0,
    groups: 1,
    inputZeroPoint: 0,
    weightZeroPoint: 0,
    requantizer: { kind: 'stack', rule: 'tflite-int64', channels: [{ multiplier: 2 ** 30, leftShift: -17 }] },
    outputZeroPoint: 0,
    clamp: { min: -(2 ** 15), max: 2 ** 15 - 1 },
  } as const;
  const operands = [
    activation(INT16, IMAGE, filled(IMAGE, -(2 ** 15))),
    constant(INT8, WEIGHTS, filled(WEIGHTS, -(2 ** 7))),
    constant(INT32, [2], Int32Array.of(5, -7)),
  ];
  const memory = new KernelMemory();
  const found = runNode(simdKernels(memory), node, operands, INT16, memory);
  expect([...found.data]).toEqual([...runNode(referenceKernels, node, operands, INT16).data]);
  // Half of 2^-17 of them.
  expect(Math.max(...found.data)).toBe((2 * CHANNELS * 2 ** 22) / 2 ** 18);
});
