import { INT32, maxOf, minOf } from '../../arith/int-format.js';
import { roundHalfEven } from '../../arith/float-rounding.js';
import type { ValueId } from '../../ir/graph.js';
import type { FloatConv2d } from '../../ir/ops/conv2d.js';
import type { FloatConvTranspose2d } from '../../ir/ops/conv-transpose2d.js';
import type { FloatFullyConnected, FloatMatMul } from '../../ir/ops/matrix.js';
import type { Tensor } from '../../tensor/tensor.js';
import { placeOf, type Conversion } from './conversion.js';
import { dequantized } from './dequantized-constants.js';
import type { ProductOperands, ProductOperator, ProductStage, StackOperators } from './stack-operators.js';
import type { Unit } from './unit.js';

type Linear = FloatConv2d | FloatConvTranspose2d | FloatFullyConnected;

/**
 * Layers with constant weights: `acc = b + Σ (w − weightZeroPoint) · x` with the input's zero point folded into the bias (white paper
 * eq. 13). False where weights or bias are no constant codes, or the input has no codes.
 */
export function convertLinear(
  conversion: Conversion,
  operators: StackOperators,
  node: Linear,
  unit: Unit,
): boolean {
  const x = conversion.operand(node.inputs[0]!);
  const weight = conversion.constantCodes(node.inputs[1]!);
  if (x === null || weight === null || weight.type.quantization === null) return false;
  const input = x.grid;
  const { scales, zeroPoint: weightZeroPoint } = weight.type.quantization;
  const isPerOutput = weight.type.quantization.axis === null || weight.type.quantization.axis === 0;
  if (!isPerOutput) return false;
  const accScales = scales.map((scale) => input.scale * scale);
  const bias = node.inputs.length > 2 ? biasCodes(conversion, node.inputs[2]!, accScales, unit) : null;
  if (node.inputs.length > 2 && bias === null) return false;

  const folded = foldedBias(weight.data, bias, input.zeroPoint, weightZeroPoint);
  const outside = folded.findIndex((sum) => !(sum >= minOf(INT32) && sum <= maxOf(INT32)));
  if (outside >= 0) {
    throw conversion.refuse(
      node,
      `a bias of ${folded[outside]} with the input's zero point, in channel ${outside}`,
      'biases of 32 bits',
    );
  }
  const biasId = conversion.int32(`${node.name}.bias`, [folded.length], Int32Array.from(folded));
  const { activation: _range, name, inputs, output: _output, ...geometry } = node;
  const arithmetic = {
    inputZeroPoint: input.zeroPoint,
    weightZeroPoint,
    ...stageOf(operators, node.op, {
      place: placeOf(node),
      input,
      weightScales: scales,
      isPerChannel: weight.type.quantization.axis !== null,
      hasBias: bias !== null,
      output: unit.grid,
      range: unit.range,
    }),
    outputZeroPoint: unit.grid.zeroPoint,
  };
  const operands = [x.id, conversion.codes(weight.id), biasId];
  const channels = conversion.source.values.get(inputs[0]!)!.shape.at(-1)!;
  const operator =
    geometry.op === 'conv2d'
      ? {
          ...geometry,
          ...arithmetic,
          op: isDepthwise(geometry.groups, channels) ? 'depthwiseConv2d' : 'conv2d',
        }
      : { ...geometry, ...arithmetic };
  const made = conversion.emit(
    operator as Parameters<Conversion['emit']>[0],
    name,
    operands,
    unit.codes,
    unit.type,
  );
  conversion.setCodes(unit.codes, made);
  return true;
}

const isDepthwise = (groups: number, channels: number): boolean => groups === channels && channels > 1;

/** Scales of a bias this close to those of the sums are meant to be them. */
const BIAS_SCALE_TOLERANCE = 2 ** -10;

/**
 * The bias in units of the accumulator: int32 codes as they are, real numbers to the nearest, ties to even. A bias that a QDQ model
 * states in other units stands for its real numbers, too.
 */
function biasCodes(
  conversion: Conversion,
  id: ValueId,
  accScales: readonly number[],
  { isSpelledOut }: Unit,
): ArrayLike<number> | null {
  const codes = conversion.constantCodes(id);
  const accScale = (channel: number): number => accScales[accScales.length === 1 ? 0 : channel]!;
  if (codes !== null) {
    const { scales, zeroPoint } = codes.type.quantization ?? { scales: [], zeroPoint: 0 };
    const isInUnits = Array.from(codes.data.data, (_, channel) => {
      const ratio = scales[scales.length === 1 ? 0 : channel]! / accScale(channel);
      return Math.abs(ratio - 1) <= BIAS_SCALE_TOLERANCE;
    }).every(Boolean);
    const isInt32 = codes.type.format.bits === 32;
    if (isInt32 && (!isSpelledOut || (isInUnits && zeroPoint === 0))) return codes.data.data;
    if (!isSpelledOut) return null;
  }
  const reals =
    codes === null
      ? conversion.source.constants.get(id)
      : dequantized(conversion.source, codes.id, codes.data);
  if (reals === undefined) return null;
  return Array.from(reals.data, (real, channel) => roundHalfEven(real / accScale(channel)));
}

/** `b − inputZeroPoint · Σ (w − weightZeroPoint)` of each output channel, exact in doubles. */
function foldedBias(
  weight: Tensor,
  bias: ArrayLike<number> | null,
  inputZeroPoint: number,
  weightZeroPoint: number,
): number[] {
  const channels = weight.shape[0]!;
  const terms = weight.data.length / channels;
  return Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let i = channel * terms; i < (channel + 1) * terms; i += 1) sum += weight.data[i]! - weightZeroPoint;
    return (bias?.[channel] ?? 0) - inputZeroPoint * sum;
  });
}

/**
 * How sums become codes: as the stack does it, but where the codes are the sums, which no stack scales (ConvInteger and
 * MatMulInteger): they are handed on exactly, beyond 2^24 too.
 */
function stageOf(
  operators: StackOperators,
  operator: ProductOperator,
  operands: ProductOperands,
): ProductStage {
  const { input, weightScales, output, range } = operands;
  const isUnscaled = [input.scale, ...weightScales, output.scale].every((scale) => scale === 1);
  if (output.format.bits !== 32 || output.zeroPoint !== 0 || !isUnscaled || range !== null)
    return operators.product(operator, operands);
  return {
    requantizer: { kind: 'shift', rounding: 'halfEven', shifts: [0] },
    clamp: { min: minOf(output.format), max: maxOf(output.format) },
  };
}

/** Products of two activations; false where one of them has no codes. */
export function convertMatMul(
  conversion: Conversion,
  operators: StackOperators,
  node: FloatMatMul,
  unit: Unit,
): boolean {
  const [a, b] = node.inputs.map((id) => conversion.operand(id));
  if (!a || !b) return false;
  const { secondZeroPoint = b.grid.zeroPoint, ...stage } = stageOf(operators, 'matMul', {
    place: placeOf(node),
    input: a.grid,
    weightScales: [b.grid.scale],
    isPerChannel: false,
    hasBias: false,
    output: unit.grid,
    range: unit.range,
  });
  const made = conversion.emit(
    {
      op: 'matMul',
      inputZeroPoints: [a.grid.zeroPoint, secondZeroPoint],
      ...stage,
      outputZeroPoint: unit.grid.zeroPoint,
    },
    node.name,
    [a.id, b.id],
    unit.codes,
    unit.type,
  );
  conversion.setCodes(unit.codes, made);
  return true;
}
