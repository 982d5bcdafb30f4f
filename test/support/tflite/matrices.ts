import {
  multiplyInt64ByQuantizedMultiplier,
  quantizeMultiplierFor,
  requantizerOfFactors,
  type TfliteBuild,
} from '../../../src/arith/tflite/build.js';
import { float32ProductFactor, productFactor } from '../../../src/arith/tflite/scales.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { activation, constant, runNode, type TestOperand } from '../run-node.js';
import {
  clamped,
  clampOf,
  fed,
  formatOf,
  param,
  scaleOf,
  scalesOf,
  zeroPointOf,
  type TfliteCase,
  type TfliteOperators,
  type TfliteTensor,
} from './tensor.js';
import { biasOf, foldedBias } from './windows.js';

/** Per channel the product of the scales is a double, for the whole tensor a float32. */
function factorsOf(x: TfliteTensor, weight: TfliteTensor, y: TfliteTensor): number[] {
  const scales = scalesOf(weight);
  const factor = scales.length > 1 ? productFactor : float32ProductFactor;
  return scales.map((scale) => factor(scaleOf(x), scale, scaleOf(y)));
}

/** int8: through the kernel of our graph, the input flattened to rows. */
function fullyConnected(testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> {
  const [x, weight, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor?];
  const [outputs, features] = weight.shape as [number, number];
  const node = {
    op: 'fullyConnected',
    inputZeroPoint: zeroPointOf(x),
    weightZeroPoint: zeroPointOf(weight),
    requantizer: requantizerOfFactors(factorsOf(x, weight, testCase.output), build),
    outputZeroPoint: zeroPointOf(testCase.output),
    clamp: clampOf(testCase),
  } as const;
  const given = [
    activation(formatOf(x), [x.data.length / features, features], x.data),
    constant(formatOf(weight), weight.shape, weight.data),
    foldedBias(x, weight.data, zeroPointOf(weight), biasOf(bias, outputs)),
  ];
  return runNode(referenceKernels, node, given, formatOf(testCase.output)).data;
}

/** int16: sums are int64, which our graph does not have; zero points are 0. */
function fullyConnectedInInt64(testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> {
  const [x, weight, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor?];
  const [outputs, features] = weight.shape as [number, number];
  const quantized = factorsOf(x, weight, testCase.output).map((factor) =>
    quantizeMultiplierFor(factor, build),
  );
  const range = clampOf(testCase);
  return testCase.expected.map((_, i) => {
    const output = i % outputs;
    const row = Math.floor(i / outputs);
    let sum = BigInt(biasOf(bias, outputs)[output]!);
    for (let k = 0; k < features; k += 1) {
      sum += BigInt(x.data[row * features + k]! * weight.data[output * features + k]!);
    }
    const { multiplier, leftShift } = quantized[quantized.length === 1 ? 0 : output]!;
    return clamped(range, Number(multiplyInt64ByQuantizedMultiplier(sum, multiplier, leftShift)));
  });
}

function batchMatMul(testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> {
  const [a, b] = testCase.inputs as [TfliteTensor, TfliteTensor];
  const node = {
    op: 'matMul',
    inputZeroPoints: [zeroPointOf(a), zeroPointOf(b)],
    requantizer: requantizerOfFactors(
      [float32ProductFactor(scaleOf(a), scaleOf(b), scaleOf(testCase.output))],
      build,
    ),
    outputZeroPoint: zeroPointOf(testCase.output),
    clamp: clampOf(testCase),
  } as const;
  const given = [
    param(testCase, 'adjx') === 1 ? transposedMatrices(a) : fed(a),
    param(testCase, 'adjy') === 1 ? transposedMatrices(b) : fed(b),
  ];
  return runNode(referenceKernels, node, given, formatOf(testCase.output)).data;
}

/** Every matrix along the last two axes, transposed. */
function transposedMatrices(tensor: TfliteTensor): TestOperand {
  const [rows, columns] = [tensor.shape.at(-2)!, tensor.shape.at(-1)!];
  const codes = tensor.data.map((_, i) => {
    const place = i % (rows * columns);
    return tensor.data[i - place + (place % rows) * columns + Math.floor(place / rows)]!;
  });
  return activation(formatOf(tensor), [...tensor.shape.slice(0, -2), columns, rows], codes);
}

export const matrices: TfliteOperators = {
  FULLY_CONNECTED: [
    { types: /^int8,int8(,int32)?->int8$/, params: ['act'], run: fullyConnected },
    { types: /^int16,int8(,int64)?->int16$/, params: ['act'], run: fullyConnectedInInt64 },
  ],
  BATCH_MATMUL: [{ types: /^int8,int8->int8$/, params: ['adjx', 'adjy'], run: batchMatMul }],
};
