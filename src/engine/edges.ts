import { quantizeLinear } from '../arith/onnxruntime/quantize-linear.js';
import { assert, UserError } from '../core/errors.js';
import { maxOf, minOf } from '../arith/int-format.js';
import type { Value, ValueType } from '../ir/graph.js';
import {
  elementBytes,
  firstOutside,
  storageType,
  tensor,
  zeros,
  type FloatTensor,
  type Tensor,
} from '../tensor/tensor.js';

/** The format of a value at the edge of an integer graph, and its grid: one scale for the whole tensor, or none. */
function edgeGrid(type: IntType) {
  const { format, quantization } = type;
  if (quantization === null) return { format, grid: null };
  assert(quantization.scales.length === 1, 'an edge value has one scale', { type });
  return { format, grid: { scale: quantization.scales[0]!, zeroPoint: quantization.zeroPoint, format } };
}

type IntType = Extract<ValueType, { kind: 'int' }>;

/**
 * What a person gives an input as its codes: real numbers (float32) are quantized as ONNX's QuantizeLinear does, by a float32
 * quotient, ties to even, NaN to the zero point; integers are taken as codes and must fit the format. An input that is real
 * itself takes numbers of any type as they are. What has the type of the codes already is not copied.
 *
 * @throws UserError naming the first code that does not fit.
 */
export function toCodes(value: Value, given: Tensor): Tensor {
  if (value.type.kind === 'float32') {
    return given.type === 'float32' ? given : tensor('float32', given.shape, Float32Array.from(given.data));
  }
  const { format, grid } = edgeGrid(value.type);
  const type = storageType(format);
  if (given.type === 'float32' && grid !== null) {
    const codes = zeros(type, given.shape);
    const float32Grid = { ...grid, scale: Math.fround(grid.scale) };
    for (let i = 0; i < given.data.length; i += 1) {
      codes.data[i] = quantizeLinear(given.data[i]!, float32Grid);
    }
    return codes;
  }
  const holdsAll = given.type === type && format.bits === 8 * elementBytes(type);
  const outside = holdsAll ? -1 : firstOutside(given.data, format);
  if (outside >= 0) {
    throw new UserError({
      place: `input '${value.id}', element ${outside}`,
      found: `code ${given.data[outside]}`,
      expected: `${minOf(format)} to ${maxOf(format)}`,
      suggestion: 'give real numbers as float32, or codes of the input',
    });
  }
  if (given.type === type) return given;
  const codes = zeros(type, given.shape);
  codes.data.set(given.data);
  return codes;
}

/**
 * The real numbers that codes of a value stand for, `f32(f32(code − zeroPoint) · scale)`; of real numbers, and of integers without
 * a grid, they themselves.
 */
export function toReals(value: Value, codes: Tensor): FloatTensor {
  if (codes.type === 'float32') return codes;
  assert(value.type.kind === 'int', 'codes are integers', { id: value.id });
  const { scale, zeroPoint } = edgeGrid(value.type).grid ?? { scale: 1, zeroPoint: 0 };
  const reals = new Float32Array(codes.data.length);
  for (let i = 0; i < reals.length; i += 1) reals[i] = Math.fround(codes.data[i]! - zeroPoint) * scale;
  return tensor('float32', codes.shape, reals);
}
