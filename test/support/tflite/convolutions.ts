import type { Requantizer } from '../../../src/arith/requantizer.js';
import {
  multiplyInt64ByQuantizedMultiplier,
  quantizeMultiplierFor,
  requantizerOfFactors,
  type TfliteBuild,
} from '../../../src/arith/tflite/build.js';
import { productFactor } from '../../../src/arith/tflite/scales.js';
import type { Conv2dGeometry } from '../../../src/ir/ops/conv2d.js';
import type { ConvTranspose2dGeometry } from '../../../src/ir/ops/conv-transpose2d.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { forward } from '../../oracle/convolution.js';
import { constant, runNode } from '../run-node.js';
import {
  clamped,
  clampOf,
  fed,
  formatOf,
  scaleOf,
  scalesOf,
  zeroPointOf,
  type TfliteCase,
  type TfliteOperators,
  type TfliteTensor,
} from './tensor.js';
import { biasOf, extents4, foldedBias, windowOf, type Extents4 } from './windows.js';

/** A convolution in our terms: weights [output channels, height, width, inputs of the group]. */
interface Layer {
  readonly op: 'conv2d' | 'depthwiseConv2d';
  readonly geometry: Conv2dGeometry;
  readonly weightShape: Extents4;
  readonly weight: readonly number[];
}

function convolution(testCase: TfliteCase): Layer {
  const [x, weight] = testCase.inputs as [TfliteTensor, TfliteTensor];
  const [, height, width, inputChannels] = extents4(x);
  const [, kernelHeight, kernelWidth, groupInputs] = extents4(weight);
  return {
    op: 'conv2d',
    geometry: {
      groups: inputChannels / groupInputs,
      ...windowOf(testCase, [height, width], [kernelHeight, kernelWidth]),
    },
    weightShape: extents4(weight),
    weight: weight.data,
  };
}

/** TFLite stores depthwise weights as [1, height, width, channels]. */
function depthwise(testCase: TfliteCase): Layer {
  const [x, weight] = testCase.inputs as [TfliteTensor, TfliteTensor];
  const [, height, width, inputChannels] = extents4(x);
  const [, kernelHeight, kernelWidth, outputChannels] = extents4(weight);
  const taps = kernelHeight * kernelWidth;
  return {
    op: 'depthwiseConv2d',
    geometry: {
      groups: inputChannels,
      ...windowOf(testCase, [height, width], [kernelHeight, kernelWidth]),
    },
    weightShape: [outputChannels, kernelHeight, kernelWidth, 1],
    weight: weight.data.map((_, i) => weight.data[(i % taps) * outputChannels + Math.floor(i / taps)]!),
  };
}

/** Real factors, one per scale of the weights. */
const factorsOf = (x: TfliteTensor, weight: TfliteTensor, y: TfliteTensor): number[] =>
  scalesOf(weight).map((scale) => productFactor(scaleOf(x), scale, scaleOf(y)));

const arithmetic = (
  testCase: TfliteCase,
  x: TfliteTensor,
  weight: TfliteTensor,
  requantizer: Requantizer,
) => ({
  inputZeroPoint: zeroPointOf(x),
  weightZeroPoint: zeroPointOf(weight),
  requantizer,
  outputZeroPoint: zeroPointOf(testCase.output),
  clamp: clampOf(testCase),
});

/** int8: through the kernels of our graph. */
const throughKernel =
  (layerOf: (testCase: TfliteCase) => Layer) =>
  (testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> => {
    const [x, weight, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor?];
    const { op, geometry, weightShape, weight: codes } = layerOf(testCase);
    const requantizer = requantizerOfFactors(factorsOf(x, weight, testCase.output), build);
    const node = { op, ...geometry, ...arithmetic(testCase, x, weight, requantizer) } as const;
    const given = [
      fed(x),
      constant(formatOf(weight), weightShape, codes),
      foldedBias(x, codes, zeroPointOf(weight), biasOf(bias, weightShape[0])),
    ];
    return runNode(referenceKernels, node, given, formatOf(testCase.output)).data;
  };

/** int16: sums are int64, which our graph does not have; zero points are 0. */
const inInt64 =
  (layerOf: (testCase: TfliteCase) => Layer) =>
  (testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> => {
    const [x, weight, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor?];
    const { geometry, weightShape, weight: codes } = layerOf(testCase);
    const [outputChannels] = weightShape;
    const sums = forward(
      { shape: extents4(x), data: x.data },
      { shape: weightShape, data: codes },
      biasOf(bias, outputChannels),
      geometry,
      extents4(testCase.output),
    );
    const quantized = factorsOf(x, weight, testCase.output).map((factor) =>
      quantizeMultiplierFor(factor, build),
    );
    const range = clampOf(testCase);
    return sums.map((sum, i) => {
      const { multiplier, leftShift } = quantized[quantized.length === 1 ? 0 : i % outputChannels]!;
      return clamped(range, Number(multiplyInt64ByQuantizedMultiplier(BigInt(sum), multiplier, leftShift)));
    });
  };

function transposed(testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> {
  const [, weight, x, bias] = testCase.inputs as [TfliteTensor, TfliteTensor, TfliteTensor, TfliteTensor?];
  const requantizer = requantizerOfFactors(factorsOf(x, weight, testCase.output), build);
  const node = {
    op: 'convTranspose2d',
    ...transposedGeometry(testCase, x, weight),
    ...arithmetic(testCase, x, weight, requantizer),
  } as const;
  const given = [
    fed(x),
    constant(formatOf(weight), weight.shape, weight.data),
    foldedBias(x, weight.data, zeroPointOf(weight), biasOf(bias, weight.shape[0]!)),
  ];
  return runNode(referenceKernels, node, given, formatOf(testCase.output)).data;
}

/** How far the full result of one axis reaches past the output, once cropped in front. */
const excess = (input: number, stride: number, kernel: number, padBefore: number, output: number): number =>
  (input - 1) * stride + kernel - padBefore - output;

/** TFLite pads a transposed convolution as the forward convolution from its output back to its input. */
function transposedGeometry(
  testCase: TfliteCase,
  x: TfliteTensor,
  weight: TfliteTensor,
): ConvTranspose2dGeometry {
  const [, inputHeight, inputWidth] = extents4(x);
  const [, outputHeight, outputWidth] = extents4(testCase.output);
  const [, kernelHeight, kernelWidth] = extents4(weight);
  const window = windowOf(testCase, [outputHeight, outputWidth], [kernelHeight, kernelWidth]);
  const rows = excess(inputHeight, window.strideHeight, kernelHeight, window.padTop, outputHeight);
  const columns = excess(inputWidth, window.strideWidth, kernelWidth, window.padLeft, outputWidth);
  return {
    ...window,
    groups: 1,
    padBottom: Math.max(rows, 0),
    padRight: Math.max(columns, 0),
    outputPaddingHeight: Math.max(-rows, 0),
    outputPaddingWidth: Math.max(-columns, 0),
  };
}

const windowParams = ['pad', 'sh', 'sw', 'dh', 'dw', 'act'];

export const convolutions: TfliteOperators = {
  CONV_2D: [
    { types: /^int8,int8(,int32)?->int8$/, params: windowParams, run: throughKernel(convolution) },
    { types: /^int16,int8(,int64)?->int16$/, params: windowParams, run: inInt64(convolution) },
  ],
  DEPTHWISE_CONV_2D: [
    { types: /^int8,int8(,int32)?->int8$/, params: [...windowParams, 'mult'], run: throughKernel(depthwise) },
    { types: /^int16,int8(,int64)?->int16$/, params: [...windowParams, 'mult'], run: inInt64(depthwise) },
  ],
  TRANSPOSE_CONV: [{ types: /^int32,int8,int8(,int32)?->int8$/, params: windowParams, run: transposed }],
};
