import { expect, it } from 'vitest';
import { INT32 } from '../../src/arith/int-format.js';
import { requantizerFor } from '../../src/arith/requantizer-for.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { describeShared } from '../support/shared.js';
import { activation, constant, runNode } from '../support/run-node.js';
import { clampOf, failures, formatOfTensor, scaleOf, tfliteCases } from '../support/tflite-cases.js';

const fractionBits = 20;

/** `round(f(scale · d) · 2^fractionBits)` for d = 0, −1, …, −255. */
const table = (scale: number, f: (x: number) => number) =>
  constant(
    INT32,
    [256],
    Array.from({ length: 256 }, (_, d) => Math.round(f(-scale * d) * 2 ** fractionBits)),
  );

describeShared('log-softmax beside the real TensorFlow Lite Micro kernel', () => {
  it('is another recipe with the same codes: 15 int8 cases', () => {
    const cases = tfliteCases('log_softmax', ['int8->int8']);
    const wrong = failures(cases, (testCase, build) => {
      const { inputs, output } = testCase;
      const x = inputs[0]!;
      const node = {
        op: 'logSoftmax',
        fractionBits,
        requantizer: requantizerFor([2 ** -fractionBits / scaleOf(output)], build),
        outputZeroPoint: output.zero_point,
        clamp: clampOf(testCase),
      } as const;
      const given = [
        activation(formatOfTensor(x), x.shape, x.data),
        table(scaleOf(x), (d) => d),
        table(scaleOf(x), Math.exp),
      ];
      return runNode(referenceKernels, node, given, formatOfTensor(output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 15, wrong: [] });
  });
});
