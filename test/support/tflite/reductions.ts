import type { QuantizedMultiplier } from '../../../src/arith/multipliers/tflite.js';
import { quantizeMultiplierFor, requantizerOf, type TfliteBuild } from '../../../src/arith/tflite/build.js';
import { meanMultiplier } from '../../../src/arith/tflite/mean.js';
import { quotientFactor } from '../../../src/arith/tflite/scales.js';
import { forEachIndex, offsetOf } from '../../../src/kernels/reference/tabulate.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { broadcastStrides, elementCount } from '../../../src/tensor/shape.js';
import { runNode } from '../run-node.js';
import {
  clamped,
  clampOf,
  fed,
  formatOf,
  param,
  scaleOf,
  zeroPointOf,
  type TfliteCase,
  type TfliteOperators,
  type TfliteTensor,
} from './tensor.js';
import { extents4, windowOf } from './windows.js';

/** Pooling and reductions. */

const poolWindow = (testCase: TfliteCase) => {
  const [, height, width] = extents4(testCase.inputs[0]!);
  return windowOf(testCase, [height, width], [param(testCase, 'fh'), param(testCase, 'fw')]);
};

function averagePool(testCase: TfliteCase): ArrayLike<number> {
  const x = testCase.inputs[0]!;
  const node = {
    op: 'averagePool',
    countIncludePad: false,
    inputZeroPoint: zeroPointOf(x),
    clamp: clampOf(testCase),
    ...poolWindow(testCase),
  } as const;
  return runNode(referenceKernels, node, [fed(x)], formatOf(testCase.output)).data;
}

/** The fused activation is applied to the kernel's result. */
function maxPool(testCase: TfliteCase): ArrayLike<number> {
  const node = { op: 'maxPool', ...poolWindow(testCase) } as const;
  const range = clampOf(testCase);
  const pooled = runNode(referenceKernels, node, [fed(testCase.inputs[0]!)], formatOf(testCase.output));
  return Array.from(pooled.data, (code) => clamped(range, code));
}

/** The axes a case reduces, each once and counted from the front. */
function axesOf([x, axis]: readonly TfliteTensor[]): number[] {
  const rank = x!.shape.length;
  return [...new Set(axis!.data.map((a) => (a < 0 ? a + rank : a)))];
}

/** MEAN and SUM, which differ in the multiplier only. */
const meanOrSum =
  (multiplierOf: (factor: number, count: number, build: TfliteBuild) => QuantizedMultiplier) =>
  (testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> => {
    const x = testCase.inputs[0]!;
    const axes = axesOf(testCase.inputs);
    const count = elementCount(axes.map((axis) => x.shape[axis]!));
    const factor = quotientFactor(scaleOf(x), scaleOf(testCase.output));
    const node = {
      op: 'mean',
      axes,
      keepDims: param(testCase, 'keep') === 1,
      inputZeroPoint: zeroPointOf(x),
      requantizer: requantizerOf([multiplierOf(factor, count, build)], build),
      outputZeroPoint: zeroPointOf(testCase.output),
      clamp: clampOf(testCase),
    } as const;
    return runNode(referenceKernels, node, [fed(x)], formatOf(testCase.output)).data;
  };

function reduceMax({ inputs }: TfliteCase): number[] {
  const x = inputs[0]!;
  const axes = axesOf(inputs);
  const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const strides = broadcastStrides(kept, x.shape);
  const codes = Array.from({ length: elementCount(kept) }, () => -Infinity);
  forEachIndex(x.shape, (index, position) => {
    const place = offsetOf(index, strides);
    codes[place] = Math.max(codes[place]!, x.data[position]!);
  });
  return codes;
}

const narrow = /^(int8->int8|int16->int16)$/;
const reduced = /^(int8,int32->int8|int16,int32->int16)$/;
const windowParams = ['pad', 'sh', 'sw', 'fh', 'fw', 'act'];

export const reductions: TfliteOperators = {
  AVERAGE_POOL_2D: [{ types: narrow, params: windowParams, run: averagePool }],
  MAX_POOL_2D: [{ types: narrow, params: windowParams, run: maxPool }],
  MEAN: [{ types: reduced, params: ['keep'], run: meanOrSum(meanMultiplier) }],
  SUM: [
    {
      types: reduced,
      params: ['keep'],
      run: meanOrSum((factor, _, build) => quantizeMultiplierFor(factor, build)),
    },
  ],
  REDUCE_MAX: [{ types: reduced, params: ['keep'], run: reduceMax }],
};
