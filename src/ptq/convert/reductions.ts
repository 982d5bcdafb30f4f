import { quantizeMultiplier, requantizerFor } from '../../arith/quantize-multiplier.js';
import { codeToReal, roundHalfEven } from '../../arith/affine.js';
import { INT16, maxOf, minOf } from '../../arith/int-format.js';
import type { FloatLayerNormalization, FloatSoftmax } from '../../ir/ops/normalization.js';
import type { FloatMean } from '../../ir/ops/pooling.js';
import { clampOfGrid, symmetricScale } from '../grid.js';
import type { ConversionContext } from './context.js';
import { addInt32Constant } from './weights.js';
import { tensorFrom } from '../../tensor/tensor.js';

/** A mean over whole axes: the factor holds 1 / count, so the vector unit needs a multiplier in every recipe. */
export function convertMean(context: ConversionContext, node: FloatMean): void {
  const x = node.inputs[0]!;
  const shape = context.graph.values.get(x)!.shape;
  const count = node.axes.reduce((product, axis) => product * shape[axis]!, 1);
  const input = context.grid(x);
  const output = context.grid(node.output);
  context.requireInt32(node.name, count * (maxOf(input.format) - minOf(input.format)));
  context.emit(
    {
      ...node,
      inputZeroPoint: input.zeroPoint,
      requantizer: vectorRequantizer(context, input.scale / (output.scale * count)),
      outputZeroPoint: output.zeroPoint,
      clamp: clampOfGrid(output, null),
    },
    output,
  );
}

/** Bits of the fixed-point integer part in softmax: differences down to −32 (TFLite `kScaledDiffIntegerBits`). */
const SOFTMAX_INTEGER_BITS = 5;

/** TFLite's preparation of an integer softmax with beta = 1 (`PreprocessSoftmaxScaling`, `CalculateInputRadius`). */
export function convertSoftmax(context: ConversionContext, node: FloatSoftmax): void {
  const input = context.grid(node.inputs[0]!);
  const realMultiplier = Math.min(input.scale * 2 ** (31 - SOFTMAX_INTEGER_BITS), 2 ** 31 - 1);
  const { multiplier, leftShift } = quantizeMultiplier(realMultiplier);
  const radius = Math.floor(
    ((2 ** SOFTMAX_INTEGER_BITS - 1) * 2 ** (31 - SOFTMAX_INTEGER_BITS)) / 2 ** leftShift,
  );
  context.emit(
    { ...node, op: 'softmax', multiplier, leftShift, smallestDifference: -radius },
    context.grid(node.output),
  );
}

/** Fraction bits of log-softmax's fixed point: enough for an 8-bit output, small enough for sums of 2^15 terms. */
const LOG_SOFTMAX_FRACTION_BITS = 16;

export function convertLogSoftmax(context: ConversionContext, node: FloatSoftmax): void {
  const input = context.grid(node.inputs[0]!);
  const output = context.grid(node.output);
  const codes = maxOf(input.format) - minOf(input.format) + 1;
  const unit = 2 ** LOG_SOFTMAX_FRACTION_BITS;
  const reals = Array.from({ length: codes }, (_, d) => codeToReal(-d, input.scale, 0));
  const table = (stem: string, f: (real: number) => number): string =>
    addInt32Constant(
      context,
      `${node.name}.${stem}`,
      [codes],
      reals.map((real) => Math.max(roundHalfEven(f(real) * unit), -(2 ** 31))),
    );
  context.emit(
    {
      ...node,
      op: 'logSoftmax',
      inputs: [node.inputs[0]!, table('differences', (real) => real), table('exponentials', Math.exp)],
      fractionBits: LOG_SOFTMAX_FRACTION_BITS,
      requantizer: vectorRequantizer(context, 1 / (unit * output.scale)),
      outputZeroPoint: output.zeroPoint,
      clamp: clampOfGrid(output, null),
    },
    output,
  );
}

export function convertLayerNormalization(context: ConversionContext, node: FloatLayerNormalization): void {
  const [x, gammaId, betaId] = node.inputs as [string, string, string?];
  const input = context.grid(x);
  const output = context.grid(node.output);
  const gamma = context.constant(gammaId)!;
  const beta = context.constant(betaId);
  const count = gamma.data.length;
  // |d / sqrt(v)| is at most sqrt(count): with a 15-bit gamma the product must stay below 2^30.
  const fractionBits = Math.max(0, Math.min(12, Math.floor(30 - 15 - Math.log2(count) / 2)));
  const magnitude = gamma.data.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0);
  const gammaScale = symmetricScale(magnitude, 16, context.scaleRule);
  const unit = gammaScale / 2 ** fractionBits;
  const gammaCodes = Array.from(gamma.data, (g) => roundHalfEven(g / gammaScale));
  const gammaName = context.builder.freshId(`${node.name}.gamma`);
  context.builder.addConstant(gammaName, tensorFrom('int16', [count], gammaCodes), {
    kind: 'int',
    format: INT16,
    quantization: { scales: [gammaScale], zeroPoint: 0, axis: null },
  });
  const limit = 2 ** 30 - 1;
  const betaCodes = Array.from({ length: count }, (_, k) =>
    Math.min(Math.max(roundHalfEven((beta?.data[k] ?? 0) / unit), -limit), limit),
  );
  context.emit(
    {
      op: 'layerNormalization',
      name: node.name,
      inputs: [x, gammaName, addInt32Constant(context, `${node.name}.beta`, [count], betaCodes)],
      output: node.output,
      epsilon: roundHalfEven(node.epsilon / (input.scale / count) ** 2),
      fractionBits,
      requantizer: vectorRequantizer(context, unit / output.scale),
      outputZeroPoint: output.zeroPoint,
      clamp: clampOfGrid(output, null),
    },
    output,
  );
}

/**
 * Factors of the vector unit that are no power of two in any recipe (a division by a count, a fixed-point constant): the
 * shift-only recipe has a multiplier there too, with one rounding.
 */
function vectorRequantizer(context: ConversionContext, factor: number) {
  return requantizerFor(
    [factor],
    context.recipe.requantizer === 'shift' ? 'single' : context.recipe.requantizer,
  );
}
