import { fits, formatName, type IntFormat } from '../../arith/int-format.js';
import { UserError } from '../../core/errors.js';
import { decodeArray, widenFloat16, type ElementType, type PlainArray } from '../../formats/elements.js';
import type { TfliteTensor } from '../../formats/tflite.js';
import { FLOAT32, type Quantization, type ValueType } from '../../ir/graph.js';
import { elementCount, shapeText } from '../../tensor/shape.js';
import { tensor, type Tensor } from '../../tensor/tensor.js';
import { maxElements } from './options.js';

/** Integer types that values of a graph may have. 64-bit indices are held in 32 bits. */
const FORMATS: Readonly<Record<string, IntFormat>> = {
  int8: { bits: 8, signed: true },
  uint8: { bits: 8, signed: false },
  int16: { bits: 16, signed: true },
  uint16: { bits: 16, signed: false },
  int32: { bits: 32, signed: true },
  int64: { bits: 32, signed: true },
};

/** The type of a value; integers without a scale are no codes, so they have no grid. */
export function valueType(value: TfliteTensor, place: string): ValueType {
  if (value.type === 'float32' || value.type === 'float16') return FLOAT32;
  const format = FORMATS[value.type];
  if (format === undefined) {
    throw new UserError({
      place,
      found: `a tensor of type ${value.type}`,
      expected: `float32, float16 or one of ${Object.keys(FORMATS).join(', ')}`,
    });
  }
  return { kind: 'int', format, quantization: quantizationOf(value, format, place) };
}

function quantizationOf(
  { quantization, shape }: TfliteTensor,
  format: IntFormat,
  place: string,
): Quantization | null {
  if (quantization === null) return null;
  const { scales, zeroPoints, axis } = quantization;
  const zeroPoint = zeroPoints[0] ?? 0;
  const perAxis = scales.length > 1;
  const problem = !scales.every((scale) => scale > 0 && Number.isFinite(scale))
    ? 'a scale that is no positive number'
    : zeroPoints.length > 1 && zeroPoints.length !== scales.length
      ? `${zeroPoints.length} zero points for ${scales.length} scales`
      : zeroPoints.some((each) => each !== zeroPoint)
        ? 'zero points that differ from channel to channel'
        : !fits(zeroPoint, format)
          ? `a zero point of ${zeroPoint} among codes of ${formatName(format)}`
          : perAxis && shape[channelAxis(shape, axis)] !== scales.length
            ? `${scales.length} scales along axis ${axis} of ${shapeText(shape)}`
            : null;
  if (problem !== null) {
    throw new UserError({
      place,
      found: problem,
      expected: 'one positive scale, or one for each index of an axis, and one zero point',
    });
  }
  return { scales, zeroPoint, axis: perAxis ? channelAxis(shape, axis) : null };
}

/** A vector has one axis, whatever the file says: converters leave that of the weights in biases. */
function channelAxis(shape: readonly number[], axis: number): number {
  return shape.length === 1 ? 0 : axis;
}

/** The shape of a value, refused where it has unknown or absurd extents. */
export function checkedShape(value: TfliteTensor, place: string): readonly number[] {
  const { shape } = value;
  const isCount = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 1);
  if (isCount && shape.length <= 8 && elementCount(shape) <= maxElements) return shape;
  throw new UserError({
    place,
    found: `a tensor of shape ${shapeText(shape)}`,
    expected: `at most 8 axes of at least one element, and at most ${maxElements} elements`,
    suggestion: 'convert the model with a fixed input shape',
  });
}

/** The elements of a constant as the file has them. */
export function decodeConstant(value: TfliteTensor, bytes: Uint8Array, place: string): PlainArray {
  if (value.isSparse) {
    throw new UserError({ place, found: 'sparse weights', expected: 'dense ones' });
  }
  if (value.type === 'float16') {
    const halves = decodeArray(place, 'uint16', value.shape, bytes);
    return { type: 'float32', shape: value.shape, data: widenFloat16(halves.data) };
  }
  return decodeArray(place, elementType(value, place), value.shape, bytes);
}

function elementType({ type }: TfliteTensor, place: string): ElementType {
  if (type === 'float32' || type === 'float64' || type === 'bool' || type in FORMATS)
    return type as ElementType;
  throw new UserError({
    place,
    found: `a constant of type ${type}`,
    expected: `float32, float16, float64, bool or one of ${Object.keys(FORMATS).join(', ')}`,
  });
}

/** The elements as a tensor of ours: 64-bit integers must fit 32 bits. */
export function constantTensor({ type, shape, data }: PlainArray, place: string): Tensor {
  if (type === 'float32' || type === 'int8' || type === 'uint8' || type === 'int16' || type === 'uint16')
    return { type, shape, data } as Tensor;
  const narrow = Int32Array.from(data as ArrayLike<number | bigint>, Number);
  const outside = narrow.findIndex((element, index) => element !== Number(data[index]));
  if (outside < 0) return tensor('int32', shape, narrow);
  throw new UserError({
    place,
    found: `element ${outside} of value ${data[outside]}`,
    expected: 'integers of 32 bits',
  });
}
