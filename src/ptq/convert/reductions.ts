import { codeToReal } from '../../arith/affine.js';
import { roundHalfEven } from '../../arith/float-rounding.js';
import { INT16, INT32, maxOf, minOf } from '../../arith/int-format.js';
import { softmaxScaling } from '../../arith/softmax-scaling.js';
import { UserError } from '../../core/errors.js';
import type { FloatLayerNormalization, FloatSoftmax } from '../../ir/ops/normalization.js';
import type { FloatMean } from '../../ir/ops/pooling.js';
import { clampOfGrid, largestMagnitude, symmetricScale } from '../grid.js';
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
  const bound = count * context.activationExtent;
  context.requireInt32(node.name, bound);
  context.emit(
    {
      ...node,
      inputZeroPoint: input.zeroPoint,
      requantizer: context.vectorRequantizer(node.name, input.scale / (output.scale * count), bound),
      outputZeroPoint: output.zeroPoint,
      clamp: clampOfGrid(output, null),
    },
    output,
  );
}

/** Most terms of an integer softmax: their sum is held in Q12.19 (TFLite `kAccumulationIntegerBits`). */
const MOST_SOFTMAX_TERMS = 2 ** 12 - 1;

/** TFLite's softmax; its input is scaled as TFLite prepares it. */
export function convertSoftmax(context: ConversionContext, node: FloatSoftmax): void {
  requireTerms(context, node, MOST_SOFTMAX_TERMS);
  const scaling = softmaxScaling(context.grid(node.inputs[0]!).scale);
  // A fine input grid puts the limit beyond int32, and beyond any difference of codes.
  const smallestDifference = Math.max(scaling.smallestDifference, minOf(INT32));
  context.emit({ ...node, op: 'softmax', ...scaling, smallestDifference }, context.grid(node.output));
}

/** The sum of exponentials must fit the fixed-point accumulator. */
function requireTerms(context: ConversionContext, node: FloatSoftmax, most: number): void {
  const terms = context.graph.values.get(node.inputs[0]!)!.shape.at(-1) ?? 1;
  if (terms <= most) return;
  throw new UserError({
    place: `node '${node.name}' (${node.op})`,
    found: `${terms} terms`,
    expected: `at most ${most}, whose exponentials add up in int32`,
    suggestion: 'cut the model before this node',
  });
}

/** Most fraction bits of log-softmax's fixed point: enough for an 8-bit output, small enough for 2^15 − 1 terms. */
const LOG_SOFTMAX_FRACTION_BITS = 16;

/** Largest magnitude of a log-softmax difference, so that it fits int32 together with the logarithm of the sum. */
const LARGEST_DIFFERENCE = 2 ** 30;

export function convertLogSoftmax(context: ConversionContext, node: FloatSoftmax): void {
  requireTerms(context, node, 2 ** (31 - LOG_SOFTMAX_FRACTION_BITS) - 1);
  const input = context.grid(node.inputs[0]!);
  const output = context.grid(node.output);
  const codes = context.activationExtent + 1;
  // Coarse inputs leave fewer bits for the fraction; they need fewer, too.
  const room = Math.floor(Math.log2(LARGEST_DIFFERENCE / (codes * input.scale)));
  const fractionBits = Math.min(Math.max(room, 1), LOG_SOFTMAX_FRACTION_BITS);
  const unit = 2 ** fractionBits;
  const reals = Array.from({ length: codes }, (_, d) => codeToReal(-d, input.scale, 0));
  const table = (stem: string, f: (real: number) => number): string =>
    addInt32Constant(
      context,
      `${node.name}.${stem}`,
      [codes],
      reals.map((real) => Math.max(roundHalfEven(f(real) * unit), -LARGEST_DIFFERENCE)),
    );
  context.emit(
    {
      ...node,
      op: 'logSoftmax',
      inputs: [node.inputs[0]!, table('differences', (real) => real), table('exponentials', Math.exp)],
      fractionBits,
      requantizer: context.vectorRequantizer(node.name, 1 / (unit * output.scale), maxOf(INT32)),
      outputZeroPoint: output.zeroPoint,
      clamp: clampOfGrid(output, null),
    },
    output,
  );
}

/** Largest magnitude of a beta in int32, so that the product, which is below 2^30, fits beside it. */
const LARGEST_BETA = 2 ** 29;

export function convertLayerNormalization(context: ConversionContext, node: FloatLayerNormalization): void {
  const [x, gammaId, betaId] = node.inputs as [string, string, string?];
  const input = context.grid(x);
  const output = context.grid(node.output);
  const gamma = context.constant(gammaId);
  const beta = context.constant(betaId);
  if (gamma === undefined || (betaId !== undefined && beta === undefined)) {
    throw new UserError({
      place: `node '${node.name}' (${node.op})`,
      found: 'a gamma or beta that is computed at run time',
      expected: 'constants',
    });
  }
  const count = gamma.data.length;
  // |d / sqrt(v)| is at most sqrt(count): with a 15-bit gamma the product must stay below 2^30.
  const fractionBits = Math.max(0, Math.min(12, Math.floor(30 - 15 - Math.log2(count) / 2)));
  const fraction = 2 ** fractionBits;
  // A beta far larger than gamma would leave int32 in units of gamma's scale: the scale grows instead.
  const betaReach = beta === undefined ? 0 : largestMagnitude(beta.data) / LARGEST_BETA;
  const reach = Math.max(largestMagnitude(gamma.data), betaReach * maxOf(INT16) * fraction);
  const gammaScale = symmetricScale(reach, 16, context.scaleRule);
  const unit = gammaScale / fraction;
  const gammaCodes = Array.from(gamma.data, (g) => roundHalfEven(g / gammaScale));
  const gammaName = context.freshId(`${node.name}.gamma`);
  context.builder.addConstant(gammaName, tensorFrom('int16', [count], gammaCodes), {
    kind: 'int',
    format: INT16,
    quantization: { scales: [gammaScale], zeroPoint: 0, axis: null },
  });
  const betaCodes = Array.from({ length: count }, (_, k) => roundHalfEven((beta?.data[k] ?? 0) / unit));
  context.emit(
    {
      op: 'layerNormalization',
      name: node.name,
      inputs: [x, gammaName, addInt32Constant(context, `${node.name}.beta`, [count], betaCodes)],
      output: node.output,
      // Beyond 2^53 it swamps every variance anyway, and the file holds safe integers.
      epsilon: Math.min(roundHalfEven(node.epsilon / (input.scale / count) ** 2), Number.MAX_SAFE_INTEGER),
      fractionBits,
      requantizer: context.vectorRequantizer(node.name, unit / output.scale, maxOf(INT32)),
      outputZeroPoint: output.zeroPoint,
      clamp: clampOfGrid(output, null),
    },
    output,
  );
}
