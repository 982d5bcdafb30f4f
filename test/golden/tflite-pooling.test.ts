import { expect, it } from 'vitest';
import { requantizerFor } from '../../src/arith/requantizer-for.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { describeShared } from '../support/shared.js';
import { activation, runNode, type TestOperand } from '../support/run-node.js';
import {
  clampOf,
  failures,
  formatOfTensor,
  meanRequantizer,
  scaleOf,
  tfliteCases,
  type Build,
  type TfliteCase,
} from '../support/tflite-cases.js';
import { windowOf } from '../support/tflite-nodes.js';

const narrow = ['int8->int8', 'int16->int16'];

const fed = ({ inputs: [x] }: TfliteCase): TestOperand => activation(formatOfTensor(x!), x!.shape, x!.data);

const poolWindow = (testCase: TfliteCase) => {
  const [, height, width] = testCase.inputs[0]!.shape;
  return windowOf(testCase, [height!, width!], [testCase.params['fh']!, testCase.params['fw']!]);
};

describeShared('pooling and reductions equal the real TensorFlow Lite Micro kernels, in both builds', () => {
  it('AVERAGE_POOL_2D: 53 int8 and int16 cases', () => {
    const cases = tfliteCases('average_pool_2d', narrow);
    const wrong = failures(cases, (testCase) => {
      const node = {
        op: 'averagePool',
        countIncludePad: false,
        inputZeroPoint: testCase.inputs[0]!.zero_point,
        clamp: clampOf(testCase),
        ...poolWindow(testCase),
      } as const;
      return runNode(referenceKernels, node, [fed(testCase)], formatOfTensor(testCase.output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 53, wrong: [] });
  });

  it('MAX_POOL_2D: 13 int8 and int16 cases, the fused activation applied to its result', () => {
    const cases = tfliteCases('max_pool_2d', narrow);
    const wrong = failures(cases, (testCase) => {
      const node = { op: 'maxPool', ...poolWindow(testCase) } as const;
      const { min, max } = clampOf(testCase);
      const pooled = runNode(referenceKernels, node, [fed(testCase)], formatOfTensor(testCase.output));
      return { data: Array.from(pooled.data, (code) => Math.min(Math.max(code, min), max)) };
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: 13, wrong: [] });
  });

  it.each([
    { operator: 'mean', count: 57, requantizer: meanRequantizer },
    {
      operator: 'sum',
      count: 18,
      requantizer: (factor: number, _: number, build: Build) => requantizerFor([factor], build),
    },
  ])('$operator: $count int8 and int16 cases', ({ operator, count, requantizer }) => {
    const cases = tfliteCases(operator, narrow);
    const wrong = failures(cases, (testCase, build) => {
      const [x, axis] = testCase.inputs;
      const axes = [...new Set(axis!.data.map((a) => (a < 0 ? a + x!.shape.length : a)))];
      const reduced = axes.reduce((product, a) => product * x!.shape[a]!, 1);
      const node = {
        op: 'mean',
        axes,
        keepDims: testCase.params['keep'] === 1,
        inputZeroPoint: x!.zero_point,
        requantizer: requantizer(scaleOf(x!) / scaleOf(testCase.output), reduced, build),
        outputZeroPoint: testCase.output.zero_point,
        clamp: clampOf(testCase),
      } as const;
      return runNode(referenceKernels, node, [fed(testCase)], formatOfTensor(testCase.output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: count, wrong: [] });
  });
});
