import { absentNumbers, isAbsent } from '../../core/absent.js';
import { INT32, maxOf, minOf } from '../../arith/int-format.js';
import { realToCode } from '../../arith/affine.js';
import { roundHalfEven } from '../../arith/float-rounding.js';
import type { ValueId } from '../../ir/graph.js';
import type { ArrayArithmetic } from '../../ir/ops/array-arithmetic.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import { tensor, tensorFrom, type FloatTensor } from '../../tensor/tensor.js';
import { clampOfGrid, largestMagnitude, permittedScale, symmetricScale, type Grid } from '../grid.js';
import { mseSymmetricScale } from '../observe/mse-range.js';
import type { ConversionContext } from './context.js';

/** Largest magnitude a bias may have in int32, so that the zero-point term and the products still fit beside it. */
const LARGEST_BIAS = 2 ** 29;

/** A linear layer's integer constants and arithmetic, ready for its node. */
export interface QuantizedLinear {
  readonly weight: ValueId;
  readonly bias: ValueId;
  readonly arithmetic: ArrayArithmetic;
}

/**
 * Quantizes the weights and bias of a linear operator (white paper 2.4; the full recipe is section 1.16 of our notes):
 * symmetric weights on output channels (the first axis), bias in int32 at `weightScale · inputScale` with the input's
 * zero point folded in, and one requantization factor `weightScale · inputScale / outputScale` a channel. Scales that were
 * given come before those of the weights' ranges; such weights may be asymmetric.
 *
 * @param sourceId the float weights, whose name the integer ones take over.
 */
export function quantizeLinear(
  context: ConversionContext,
  place: string,
  sourceId: ValueId,
  weight: FloatTensor,
  bias: FloatTensor | undefined,
  input: Grid,
  output: Grid,
  activation: RealRange | null,
): QuantizedLinear {
  const channels = weight.shape[0]!;
  const perChannel = weight.data.length / channels;
  const { recipe, builder } = context;
  const weightId = context.freshId(sourceId);
  const given = context.given.weight([weightId, sourceId], channels);
  const scales =
    given === null
      ? weightScales(context, weight, bias, input.scale)
      : Array.from({ length: channels }, (_, k) => given.scales[k % given.scales.length]!);
  const zeroPoint = given?.zeroPoint ?? 0;
  const isPerChannel =
    given === null || channels === 1 ? recipe.weightGranularity === 'perChannel' : given.scales.length > 1;
  const largestInput = Math.max(Math.abs(minOf(input.format)), Math.abs(maxOf(input.format)));

  const isKnown = given !== null || !isAbsent(weight.data);
  const codes = isKnown ? new Int8Array(weight.data.length) : absentNumbers(Int8Array, weight.data.length);
  const folded = new Int32Array(channels);
  const bounds = new Float64Array(channels);
  const weightFormat = { bits: recipe.weightBits, signed: true };
  const smallestCode = zeroPoint === 0 ? -maxOf(weightFormat) : minOf(weightFormat);
  for (let k = 0; k < channels; k += 1) {
    let sum = 0;
    let magnitude = 0;
    const end = isKnown ? (k + 1) * perChannel : 0;
    for (let i = k * perChannel; i < end; i += 1) {
      const code = Math.max(realToCode(weight.data[i]!, scales[k]!, zeroPoint, weightFormat), smallestCode);
      codes[i] = code;
      sum += code - zeroPoint;
      magnitude += Math.abs(code - zeroPoint);
    }
    const biasCode = roundHalfEven((bias?.data[k] ?? 0) / (scales[k]! * input.scale));
    const withZeroPoint = biasCode - input.zeroPoint * sum;
    bounds[k] = Math.abs(withZeroPoint) + magnitude * largestInput;
    context.requireInt32(place, bounds[k]!);
    folded[k] = withZeroPoint;
  }

  if (given !== null) warnAboutClipping(context, given.name, weight, scales, zeroPoint, smallestCode);
  builder.addConstant(weightId, tensor('int8', weight.shape, codes), {
    kind: 'int',
    format: weightFormat,
    quantization: isPerChannel
      ? { scales, zeroPoint, axis: 0 }
      : { scales: [scales[0]!], zeroPoint, axis: null },
  });
  const biasId = context.freshId(`${place}.bias`);
  builder.addConstant(biasId, tensor('int32', [channels], folded), {
    kind: 'int',
    format: INT32,
    quantization: { scales: scales.map((scale) => scale * input.scale), zeroPoint: 0, axis: 0 },
  });
  const distinct = isPerChannel ? scales : [scales[0]!];
  return {
    weight: weightId,
    bias: biasId,
    arithmetic: {
      inputZeroPoint: input.zeroPoint,
      weightZeroPoint: zeroPoint,
      requantizer: context.requantizer(
        place,
        distinct.map((scale) => (scale * input.scale) / output.scale),
        isPerChannel ? [...bounds] : [bounds.reduce((most, bound) => Math.max(most, bound), 0)],
      ),
      outputZeroPoint: output.zeroPoint,
      clamp: clampOfGrid(output, activation),
    },
  };
}

/** Says how many weights a given grid does not reach, by half a step or more. */
function warnAboutClipping(
  context: ConversionContext,
  name: string,
  weight: FloatTensor,
  scales: readonly number[],
  zeroPoint: number,
  smallestCode: number,
): void {
  const perChannel = weight.data.length / scales.length;
  const largestCode = 2 ** (context.recipe.weightBits - 1) - 1;
  const clipped = weight.data.filter((value, i) => {
    const code = roundHalfEven(value / scales[Math.floor(i / perChannel)]!) + zeroPoint;
    return code < smallestCode || code > largestCode;
  }).length;
  if (clipped > 0)
    context.warn(`the encoding of '${name}' clips ${clipped} of ${weight.data.length} weights`);
}

/** One scale per output channel; all equal where the recipe is per tensor. */
function weightScales(
  context: ConversionContext,
  weight: FloatTensor,
  bias: FloatTensor | undefined,
  inputScale: number,
): number[] {
  const { recipe, scaleRule } = context;
  const channels = weight.shape[0]!;
  const perChannel = weight.data.length / channels;
  const scaleOf = (values: Float32Array): number => {
    if (isAbsent(values)) return symmetricScale(0, recipe.weightBits, scaleRule);
    return recipe.weightRange === 'mse'
      ? mseSymmetricScale(values, recipe.weightBits, scaleRule)
      : symmetricScale(largestMagnitude(values), recipe.weightBits, scaleRule);
  };
  // A bias far larger than its channel's weights would leave int32 at the weights' scale: the scale grows instead.
  const biasFloor = (k: number): number => {
    const magnitude = Math.abs(bias?.data[k] ?? 0);
    return magnitude === 0 ? 0 : permittedScale(magnitude / (inputScale * LARGEST_BIAS), scaleRule);
  };

  if (recipe.weightGranularity === 'perTensor') {
    const floors = Array.from({ length: channels }, (_, k) => biasFloor(k));
    const scale = Math.max(scaleOf(weight.data), ...floors);
    return Array.from({ length: channels }, () => scale);
  }
  return Array.from({ length: channels }, (_, k) =>
    Math.max(scaleOf(weight.data.subarray(k * perChannel, (k + 1) * perChannel)), biasFloor(k)),
  );
}

/** An int32 constant without a grid of its own (tables, offsets). */
export function addInt32Constant(
  context: ConversionContext,
  stem: string,
  shape: readonly number[],
  values: ArrayLike<number>,
): ValueId {
  const id = context.freshId(stem);
  return context.builder.addConstant(id, tensorFrom('int32', shape, values), {
    kind: 'int',
    format: INT32,
    quantization: null,
  });
}
