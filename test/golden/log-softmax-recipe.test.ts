import { expect, it } from 'vitest';
import { INT32 } from '../../src/arith/int-format.js';
import { requantizerOfFactors, TFLITE_BUILDS } from '../../src/arith/tflite/build.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { constant, runNode } from '../support/run-node.js';
import { describeShared } from '../support/shared.js';
import { casesOf } from '../support/tflite/run-file.js';
import { clampOf, fed, formatOf, scaleOf, zeroPointOf } from '../support/tflite/tensor.js';

const fractionBits = 20;

/** `round(f(scale · d) · 2^fractionBits)` for d = 0, −1, …, −255. */
const table = (scale: number, f: (x: number) => number) =>
  constant(
    INT32,
    [256],
    Array.from({ length: 256 }, (_, d) => Math.round(f(-scale * d) * 2 ** fractionBits)),
  );

describeShared('the log-softmax of our graph beside the real TensorFlow Lite Micro kernel', () => {
  it('is another recipe, with the same codes but for a rare neighbour', () => {
    const cases = casesOf('LOG_SOFTMAX');
    const distances = TFLITE_BUILDS.flatMap((build) =>
      cases.flatMap((testCase) => {
        const { inputs, output, expected, expected_single_rounding: single } = testCase;
        const x = inputs[0]!;
        const node = {
          op: 'logSoftmax',
          fractionBits,
          requantizer: requantizerOfFactors([2 ** -fractionBits / scaleOf(output)], build),
          outputZeroPoint: zeroPointOf(output),
          clamp: clampOf(testCase),
        } as const;
        const given = [fed(x), table(scaleOf(x), (d) => d), table(scaleOf(x), Math.exp)];
        const codes = runNode(referenceKernels, node, given, formatOf(output)).data;
        const wanted = (build === 'single' ? single : undefined) ?? expected;
        return wanted.map((code, i) => Math.abs(code - codes[i]!));
      }),
    );
    const unequal = distances.filter((distance) => distance !== 0).length;
    expect(distances.length).toBeGreaterThan(0);
    expect(Math.max(...distances)).toBeLessThanOrEqual(1);
    expect(unequal / distances.length).toBeLessThan(0.01);
  });
});
