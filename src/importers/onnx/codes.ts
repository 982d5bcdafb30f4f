import { INT16, INT32, INT8, UINT8, type IntFormat } from '../../arith/int-format.js';
import type { PlainArray } from '../../formats/elements.js';
import type { Quantization } from '../../ir/graph.js';
import { elementCount } from '../../tensor/shape.js';
import { tensor, type IntTensor } from '../../tensor/tensor.js';
import { arrayOf } from '../arrays.js';
import type { ConstantCodes } from './operand.js';

/** Formats of codes in a graph, by the element type that holds them. */
const formats: ReadonlyMap<string | null, IntFormat> = new Map([
  ['int8', INT8],
  ['uint8', UINT8],
  ['int16', INT16],
  ['uint16', { bits: 16, signed: false }],
  ['int32', INT32],
]);

/** The format that a type of the source has in a graph; null where it is none of codes. */
export function codeFormat(type: string | null): IntFormat | null {
  return formats.get(type) ?? null;
}

/** Integers as they are: the real number of a code is the code. */
export const PLAIN_INTEGERS: Quantization = { scales: [1], zeroPoint: 0, axis: null };

export function sameQuantization(a: Quantization, b: Quantization): boolean {
  const alike = a.zeroPoint === b.zeroPoint && a.axis === b.axis && a.scales.length === b.scales.length;
  return alike && a.scales.every((scale, index) => scale === b.scales[index]);
}

/** The codes as a tensor of the graph, sharing their memory. */
export function codeTensor(array: PlainArray): IntTensor {
  const { type, shape, data } = array as Extract<PlainArray, { type: IntTensor['type'] }>;
  return tensor(type, shape, data);
}

/** `f32(f32(code − zeroPoint) · scale)`: DequantizeLinear. */
export function dequantizedArray({ array, quantization }: ConstantCodes): PlainArray {
  const { scales, zeroPoint, axis } = quantization;
  const run = axis === null ? 1 : elementCount(array.shape.slice(axis + 1));
  const numbers = Float32Array.from(array.data as ArrayLike<number>, (code, index) => {
    const scale = scales[Math.floor(index / run) % scales.length]!;
    return Math.fround(code - zeroPoint) * scale;
  });
  return arrayOf('float32', array.shape, numbers);
}
