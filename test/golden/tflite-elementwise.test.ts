import { expect, it } from 'vitest';
import { requantizerFor } from '../../src/arith/requantizer-for.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { describeShared } from '../support/shared.js';
import { activation, runNode, type TestOperand } from '../support/run-node.js';
import {
  clampOf,
  failures,
  formatOfTensor,
  scaleOf,
  tfliteCases,
  type Build,
  type TfliteCase,
  type TfliteTensor,
} from '../support/tflite-cases.js';

const fed = ({ inputs }: TfliteCase): TestOperand[] =>
  inputs.map((input) => activation(formatOfTensor(input), input.shape, input.data));

/**
 * ADD and SUB: both operands go to half the larger scale with `leftShift` fraction bits. The Micro kernel of SUB evaluates
 * the three ratios in float32, ADD in double; `rounded` is that step.
 */
function addOrSub(op: 'add' | 'sub', rounded: (x: number) => number) {
  return (testCase: TfliteCase, build: Build) => {
    const [a, b] = testCase.inputs as [TfliteTensor, TfliteTensor];
    const leftShift = a.dtype === 'int8' ? 20 : 15;
    const twice = rounded(2 * Math.max(scaleOf(a), scaleOf(b)));
    const unit = rounded(2 ** leftShift * scaleOf(testCase.output));
    const node = {
      op,
      leftShift,
      inputZeroPoints: [a.zero_point, b.zero_point],
      inputRequantizers: [
        requantizerFor([rounded(scaleOf(a) / twice)], build),
        requantizerFor([rounded(scaleOf(b) / twice)], build),
      ],
      requantizer: requantizerFor([rounded(twice / unit)], build),
      outputZeroPoint: testCase.output.zero_point,
      clamp: clampOf(testCase),
    } as const;
    return runNode(referenceKernels, node, fed(testCase), formatOfTensor(testCase.output));
  };
}

function mul(testCase: TfliteCase, build: Build) {
  const [a, b] = testCase.inputs as [TfliteTensor, TfliteTensor];
  const node = {
    op: 'mul',
    inputZeroPoints: [a.zero_point, b.zero_point],
    requantizer: requantizerFor([(scaleOf(a) * scaleOf(b)) / scaleOf(testCase.output)], build),
    outputZeroPoint: testCase.output.zero_point,
    clamp: clampOf(testCase),
  } as const;
  return runNode(referenceKernels, node, fed(testCase), formatOfTensor(testCase.output));
}

/** QUANTIZE divides the scales in double, RELU in float32; RELU's lower bound is the output's zero point. */
function requantize(rounded: (x: number) => number, relu: boolean) {
  return (testCase: TfliteCase, build: Build) => {
    const [x] = testCase.inputs as [TfliteTensor];
    const clamp = clampOf(testCase);
    const node = {
      op: 'requantize',
      inputZeroPoint: x.zero_point,
      requantizer: requantizerFor([rounded(scaleOf(x) / scaleOf(testCase.output))], build),
      outputZeroPoint: testCase.output.zero_point,
      clamp: { ...clamp, min: relu ? Math.max(clamp.min, testCase.output.zero_point) : clamp.min },
    } as const;
    return runNode(referenceKernels, node, fed(testCase), formatOfTensor(testCase.output));
  };
}

const same = (x: number): number => x;
const narrow = ['int8->int8', 'int16->int16'];
const integers = ['int8->int8', 'int8->int16', 'int16->int8', 'int16->int32'];

describeShared('element-wise operators equal the real TensorFlow Lite Micro kernels, in both builds', () => {
  it.each([
    { operator: 'add', types: narrow, run: addOrSub('add', same), count: 54 },
    { operator: 'sub', types: narrow, run: addOrSub('sub', Math.fround), count: 54 },
    { operator: 'mul', types: narrow, run: mul, count: 54 },
    { operator: 'quantize', types: integers, run: requantize(same, false), count: 66 },
    { operator: 'relu', types: narrow, run: requantize(Math.fround, true), count: 21 },
  ])('$operator: $count int8 and int16 cases', ({ operator, types, run, count }) => {
    const cases = tfliteCases(operator, types);
    expect({ cases: cases.length, wrong: failures(cases, run) }).toEqual({ cases: count, wrong: [] });
  });
});
