import { expect, it } from 'vitest';
import { requantizerFor } from '../../src/arith/requantizer-for.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { describeShared } from '../support/shared.js';
import { activation, constant, runNode } from '../support/run-node.js';
import {
  channelRequantizer,
  clampOf,
  failures,
  formatOfTensor,
  scaleOf,
  scalesOf,
  tfliteCases,
  type Build,
  type TfliteTensor,
} from '../support/tflite-cases.js';
import { foldedBias } from '../support/tflite-nodes.js';

/** Per-tensor scales: the product of the operands' scales is a float32, only the quotient is a double. */
const tensorRequantizer = (a: TfliteTensor, b: TfliteTensor, y: TfliteTensor, build: Build) =>
  requantizerFor([Math.fround(scaleOf(a) * scaleOf(b)) / scaleOf(y)], build);

describeShared('matrix products equal the real TensorFlow Lite Micro kernels, in both builds', () => {
  it('FULLY_CONNECTED: 36 int8 cases', () => {
    const cases = tfliteCases('fully_connected', ['int8->int8']);
    const wrong = failures(cases, (testCase, build) => {
      const [x, weight, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor];
      const perTensor = scalesOf(weight).length === 1;
      const node = {
        op: 'fullyConnected',
        inputZeroPoint: x.zero_point,
        weightZeroPoint: 0,
        requantizer: (perTensor ? tensorRequantizer : channelRequantizer)(x, weight, testCase.output, build),
        outputZeroPoint: testCase.output.zero_point,
        clamp: clampOf(testCase),
      } as const;
      const given = [
        activation(formatOfTensor(x), [x.data.length / weight.shape[1]!, weight.shape[1]!], x.data),
        constant(formatOfTensor(weight), weight.shape, weight.data),
        foldedBias(x, weight.data, bias),
      ];
      return runNode(referenceKernels, node, given, formatOfTensor(testCase.output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 36, wrong: [] });
  });

  it('BATCH_MATMUL: 18 int8 cases', () => {
    const cases = tfliteCases('batch_matmul', ['int8->int8']);
    const wrong = failures(cases, (testCase, build) => {
      const [a, b] = testCase.inputs as [TfliteTensor, TfliteTensor];
      const node = {
        op: 'matMul',
        inputZeroPoints: [a.zero_point, b.zero_point],
        requantizer: tensorRequantizer(a, b, testCase.output, build),
        outputZeroPoint: testCase.output.zero_point,
        clamp: clampOf(testCase),
      } as const;
      const given = [a, b].map((operand) => activation(formatOfTensor(operand), operand.shape, operand.data));
      return runNode(referenceKernels, node, given, formatOfTensor(testCase.output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 18, wrong: [] });
  });
});
