import { expect, it } from 'vitest';
import type { AxisTaps } from '../../src/ir/ops/resize.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { describeShared } from '../support/shared.js';
import { activation, runNode } from '../support/run-node.js';
import { formatOfTensor, tfliteCases } from '../support/tflite-cases.js';

/** TFLite's positions in units of 1/1024 (`reference/resize_bilinear.h`, `ComputeInterpolationValuesInteger`). */
function bilinearTaps(input: number, output: number, align: boolean, half: boolean): AxisTaps {
  const scale =
    align && output > 1
      ? Math.floor((1024 * (input - 1) + Math.floor((output - 1) / 2)) / (output - 1))
      : Math.floor((1024 * input + Math.floor(output / 2)) / output);
  const positions = Array.from(
    { length: output },
    (_, i) => i * scale + (half ? Math.trunc(scale / 2) - 512 : 0),
  );
  const lower = positions.map((p) => Math.max(Math.trunc(p / 1024), 0));
  const upper = positions.map((p) => Math.min(Math.trunc((p + 1023) / 1024), input - 1));
  // In front of the first pixel both taps are that pixel, and TFLite's weight is negative without effect.
  return { lower, upper, upperWeight: positions.map((p, i) => Math.max(p - 1024 * lower[i]!, 0)) };
}

describeShared('resize equals the real TensorFlow Lite Micro kernel', () => {
  it('RESIZE_BILINEAR: 30 int8 cases of the double-rounding build', () => {
    const cases = tfliteCases('resize_bilinear', ['int8->int8']);
    const wrong = cases.filter(({ params, inputs: [x, size], output, expected }) => {
      const taps = (axis: 0 | 1): AxisTaps =>
        bilinearTaps(x!.shape[axis + 1]!, size!.data[axis]!, params['align'] === 1, params['half'] === 1);
      const node = { op: 'resize', rows: taps(0), columns: taps(1), weightBits: 10 } as const;
      const given = activation(formatOfTensor(x!), x!.shape, x!.data);
      const observed = runNode(referenceKernels, node, [given], formatOfTensor(output));
      return Array.from(observed.data).join() !== expected.join();
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 30, wrong: [] });
  });
});
