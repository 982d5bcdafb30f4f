import type { ElementType, PlainArray } from '../../../formats/elements.js';
import { computeArray, isFloatType, type Elements } from '../../arrays.js';
import type { NodeImport } from '../node-import.js';

/** A constant in another type: towards zero from float to integer, reduced to the width from integer to integer. */
export function castArray(node: NodeImport, array: PlainArray, type: ElementType): PlainArray {
  if (array.type === type) return array;
  const elements: Elements = array.data;
  if (type === 'bool') {
    return computeArray(type, array.shape, (index) => (Number(elements[index]) === 0 ? 0 : 1));
  }
  if (isFloatType(type)) return computeArray(type, array.shape, (index) => Number(elements[index]));
  return computeArray(type, array.shape, (index) => {
    const value = elements[index]!;
    if (typeof value === 'bigint') return value;
    if (Number.isFinite(value)) return BigInt(Math.trunc(value));
    throw node.refuse({ found: `${value} cast to ${type}`, expected: 'a finite number' });
  });
}
