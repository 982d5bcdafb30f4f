import { codeToReal, realToCode } from '../arith/affine.js';
import { assert, UserError } from '../core/errors.js';
import { maxOf, minOf } from '../arith/int-format.js';
import type { Value } from '../ir/graph.js';
import { firstOutside, storageType, tensor, zeros, type FloatTensor, type Tensor } from '../tensor/tensor.js';

/** The grid of a value at the edge of an integer graph: it has one scale for the whole tensor. */
function edgeGrid(value: Value) {
  assert(
    value.type.kind === 'int' && value.type.quantization?.scales.length === 1,
    'an edge value has one scale',
    {
      id: value.id,
    },
  );
  const { format, quantization } = value.type;
  return { format, scale: quantization.scales[0]!, zeroPoint: quantization.zeroPoint };
}

/**
 * What a person gives an input as its codes: real numbers (float32) are rounded to the grid, ties to even; integers are
 * taken as codes and must fit the format.
 *
 * @throws UserError naming the first code that does not fit.
 */
export function toCodes(value: Value, given: Tensor): Tensor {
  const { format, scale, zeroPoint } = edgeGrid(value);
  const codes = zeros(storageType(format), given.shape);
  if (given.type === 'float32') {
    for (let i = 0; i < given.data.length; i += 1) {
      codes.data[i] = realToCode(given.data[i]!, scale, zeroPoint, format);
    }
    return codes;
  }
  const outside = firstOutside(given.data, format);
  if (outside >= 0) {
    throw new UserError({
      place: `input '${value.id}', element ${outside}`,
      found: `code ${given.data[outside]}`,
      expected: `${minOf(format)} to ${maxOf(format)}`,
      suggestion: 'give real numbers as float32, or codes of the input',
    });
  }
  codes.data.set(given.data);
  return codes;
}

/** The real numbers that codes of a value stand for. */
export function toReals(value: Value, codes: Tensor): FloatTensor {
  const { scale, zeroPoint } = edgeGrid(value);
  const reals = new Float32Array(codes.data.length);
  for (let i = 0; i < reals.length; i += 1) reals[i] = codeToReal(codes.data[i]!, scale, zeroPoint);
  return tensor('float32', codes.shape, reals);
}
