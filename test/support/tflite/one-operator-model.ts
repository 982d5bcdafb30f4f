import { assert } from '../../../src/core/errors.js';
import type { TfliteQuantization } from '../../../src/formats/tflite.js';
import type { TfliteType } from '../../../src/formats/tflite-types.js';
import { tensorFrom, type ElementType, type Tensor } from '../../../src/tensor/tensor.js';
import type { OperatorToWrite, SubgraphToWrite, TensorToWrite } from '../tflite-writer.js';
import { storedBytes } from './stored-bytes.js';
import { scalesOf, zeroPointOf, type TfliteCase, type TfliteTensor } from './tensor.js';

/** A case as a model of one operator, and what is fed to it. */
export interface OneOperatorModel {
  readonly subgraph: SubgraphToWrite;
  readonly fed: readonly Tensor[];
}

/** Inputs that are constants in every model; those not named are activations. */
const CONSTANT_INPUTS: Readonly<Record<string, readonly number[]>> = {
  CONV_2D: [1, 2],
  DEPTHWISE_CONV_2D: [1, 2],
  TRANSPOSE_CONV: [0, 1, 3],
  FULLY_CONNECTED: [1, 2],
  MEAN: [1],
  SUM: [1],
  REDUCE_MAX: [1],
  PAD: [1],
  PRELU: [1],
  RESIZE_BILINEAR: [1],
  RESIZE_NEAREST_NEIGHBOR: [1],
};

/** A parameter of a case as a field of the options. */
const OPTIONS: Readonly<Record<string, (value: number) => Readonly<Record<string, unknown>>>> = {
  act: (value) => ({ fusedActivationFunction: ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6'][value] }),
  pad: (value) => ({ padding: value === 1 ? 'SAME' : 'VALID' }),
  sw: (strideW) => ({ strideW }),
  sh: (strideH) => ({ strideH }),
  fw: (filterWidth) => ({ filterWidth }),
  fh: (filterHeight) => ({ filterHeight }),
  dw: (dilationWFactor) => ({ dilationWFactor }),
  dh: (dilationHFactor) => ({ dilationHFactor }),
  mult: (depthMultiplier) => ({ depthMultiplier }),
  keep: (value) => ({ keepDims: value === 1 }),
  align: (value) => ({ alignCorners: value === 1 }),
  half: (value) => ({ halfPixelCenters: value === 1 }),
  adjx: (value) => ({ adjX: value === 1 }),
  adjy: (value) => ({ adjY: value === 1 }),
  axis: (axis) => ({ axis }),
  alpha: (alpha) => ({ alpha }),
  beta: (beta) => ({ beta }),
};

export function oneOperatorModel(operator: string, testCase: TfliteCase): OneOperatorModel {
  const { inputs, output, params } = testCase;
  const constants = CONSTANT_INPUTS[operator] ?? [];
  const tensors = inputs.map((input, index): TensorToWrite => ({
    ...written(input, `operand${index}`),
    data: constants.includes(index) ? storedBytes(input.dtype, input.data) : null,
  }));
  const isFed = (_: unknown, index: number): boolean => !constants.includes(index);
  const options = Object.entries(params).reduce((all, [name, value]) => {
    const option = OPTIONS[name];
    assert(option !== undefined, 'a parameter has a field', { operator, name });
    return { ...all, ...option(value) };
  }, {});
  const all = inputs.map((_, index) => index);
  const subgraph: SubgraphToWrite = {
    tensors: [...tensors, written(output, 'result')],
    operators: [{ name: operator, inputs: all, outputs: [inputs.length], options } as OperatorToWrite],
    inputs: all.filter(isFed),
    outputs: [inputs.length],
  };
  return { subgraph, fed: inputs.filter(isFed).map(asTensor) };
}

function written(tensor: TfliteTensor, name: string): TensorToWrite {
  const { dtype, shape } = tensor;
  return { name, type: dtype as TfliteType, shape, quantization: quantizationOf(tensor) };
}

function quantizationOf(tensor: TfliteTensor): TfliteQuantization | null {
  if (tensor.scale === undefined) return null;
  const scales = scalesOf(tensor);
  const zeroPoint = zeroPointOf(tensor);
  return { scales, zeroPoints: scales.map(() => zeroPoint), axis: tensor.quantized_dimension ?? 0 };
}

const asTensor = ({ dtype, shape, data }: TfliteTensor): Tensor =>
  tensorFrom(dtype as ElementType, shape, data);
