import { requantizerOfFactors, type TfliteBuild } from '../../../src/arith/tflite/build.js';
import type { Grid } from '../../../src/arith/tflite/grid.js';
import { prelu, preparePrelu } from '../../../src/arith/tflite/rectifiers.js';
import { productFactor } from '../../../src/arith/tflite/scales.js';
import {
  addScaling,
  prepareSquaredDifference,
  squaredDifference,
  subScaling,
  type SumScaling,
} from '../../../src/arith/tflite/sums.js';
import { forEachIndex, offsetOf } from '../../../src/kernels/reference/tabulate.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { broadcastStrides } from '../../../src/tensor/shape.js';
import { runNode } from '../run-node.js';
import {
  clampOf,
  fed,
  formatOf,
  gridOf,
  scaleOf,
  zeroPointOf,
  type TfliteCase,
  type TfliteOperators,
  type TfliteTensor,
} from './tensor.js';

/** Operators on the elements of two tensors. */

const addOrSub =
  (op: 'add' | 'sub', scalingOf: (a: Grid, b: Grid, output: Grid) => SumScaling) =>
  (testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> => {
    const [a, b] = testCase.inputs as [TfliteTensor, TfliteTensor];
    const { leftShift, inputFactors, outputFactor } = scalingOf(
      gridOf(a),
      gridOf(b),
      gridOf(testCase.output),
    );
    const node = {
      op,
      leftShift,
      inputZeroPoints: [zeroPointOf(a), zeroPointOf(b)],
      inputRequantizers: [
        requantizerOfFactors([inputFactors[0]], build),
        requantizerOfFactors([inputFactors[1]], build),
      ],
      requantizer: requantizerOfFactors([outputFactor], build),
      outputZeroPoint: zeroPointOf(testCase.output),
      clamp: clampOf(testCase),
    } as const;
    return runNode(referenceKernels, node, [fed(a), fed(b)], formatOf(testCase.output)).data;
  };

function mul(testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> {
  const [a, b] = testCase.inputs as [TfliteTensor, TfliteTensor];
  const factor = productFactor(scaleOf(a), scaleOf(b), scaleOf(testCase.output));
  const node = {
    op: 'mul',
    inputZeroPoints: [zeroPointOf(a), zeroPointOf(b)],
    requantizer: requantizerOfFactors([factor], build),
    outputZeroPoint: zeroPointOf(testCase.output),
    clamp: clampOf(testCase),
  } as const;
  return runNode(referenceKernels, node, [fed(a), fed(b)], formatOf(testCase.output)).data;
}

/** `rule` of every pair of elements, both tensors broadcast to the output's shape. */
function elementwise({ inputs, output }: TfliteCase, rule: (a: number, b: number) => number): number[] {
  const [a, b] = inputs as [TfliteTensor, TfliteTensor];
  const [aStrides, bStrides] = [a, b].map(({ shape }) => broadcastStrides(shape, output.shape));
  const codes: number[] = [];
  forEachIndex(output.shape, (index) =>
    codes.push(rule(a.data[offsetOf(index, aStrides!)]!, b.data[offsetOf(index, bStrides!)]!)),
  );
  return codes;
}

function squaredDifferences(testCase: TfliteCase, build: TfliteBuild): number[] {
  const [a, b] = testCase.inputs.map(gridOf);
  const parameters = prepareSquaredDifference(a!, b!, gridOf(testCase.output), build);
  return elementwise(testCase, (aCode, bCode) => squaredDifference(aCode, bCode, parameters));
}

function prelus(testCase: TfliteCase, build: TfliteBuild): number[] {
  const [x, slope] = testCase.inputs.map(gridOf);
  const parameters = preparePrelu(x!, slope!, gridOf(testCase.output), build);
  return elementwise(testCase, (code, slopeCode) => prelu(code, slopeCode, parameters));
}

const narrow = /^(int8,int8->int8|int16,int16->int16)$/;

export const pairs: TfliteOperators = {
  ADD: [{ types: narrow, params: ['act'], run: addOrSub('add', addScaling) }],
  SUB: [{ types: narrow, params: ['act'], run: addOrSub('sub', subScaling) }],
  MUL: [{ types: narrow, params: ['act'], run: mul }],
  SQUARED_DIFFERENCE: [{ types: narrow, params: [], run: squaredDifferences }],
  PRELU: [{ types: /^int8,int8->int8$/, params: [], run: prelus }],
  MAXIMUM: [{ types: narrow, params: [], run: (testCase) => elementwise(testCase, Math.max) }],
  MINIMUM: [{ types: narrow, params: [], run: (testCase) => elementwise(testCase, Math.min) }],
};
