import { assert } from '../../core/errors.js';
import type { Graph, ValueId } from '../../ir/graph.js';
import { elementCount } from '../../tensor/shape.js';
import { elementBytes, storageType } from '../../tensor/tensor.js';

/** Bytes of one element of a value, in memory and on chip. Real numbers are there for host work only. */
export function valueBytes(id: ValueId, graph: Graph): number {
  const { type } = graph.values.get(id)!;
  return elementBytes(type.kind === 'float32' ? 'float32' : storageType(type.format));
}

/** Bits of one element of an integer value, by its format. */
export function valueBits(id: ValueId, graph: Graph): number {
  const { type } = graph.values.get(id)!;
  assert(type.kind === 'int', 'after quantization there are no floats', { id });
  return type.format.bits;
}

/** Bytes of all elements of values. */
export function tensorBytes(ids: readonly ValueId[], graph: Graph): number {
  return ids.reduce((sum, id) => sum + elementCount(graph.values.get(id)!.shape) * valueBytes(id, graph), 0);
}
