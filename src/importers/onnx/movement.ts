import { assert } from '../../core/errors.js';
import {
  broadcastStrides,
  elementCount,
  permuteShape,
  sameShape,
  stridesOf,
  type Shape,
} from '../../tensor/shape.js';
import { zeroElements, type PlainArray } from '../../formats/elements.js';
import type { Slice } from '../../ir/ops/movement.js';
import { arrayOf, computeArray, stridedCopy, type Elements } from './arrays.js';
import type { NodeImport, Role } from './node-import.js';
import { constantOperand, type ConstantOperand, type Operand } from './operand.js';

/**
 * Moving elements, which importers do with constants and values of run time alike: constants are moved here and now (so
 * shape arithmetic folds, and weights are laid out once), values of run time by a node. No-ops vanish.
 */

export function reshape(node: NodeImport, x: Operand, shape: Shape, role?: Role): Operand {
  if (sameShape(x.shape, shape)) return x;
  if (x.kind === 'runTime') return node.emit({ op: 'reshape', shape }, [x], role);
  assert(elementCount(shape) === x.array.data.length, 'a reshape keeps the number of elements');
  return constantOperand(x.name, arrayOf(x.array.type, shape, x.array.data));
}

export function transpose(
  node: NodeImport,
  x: Operand,
  permutation: readonly number[],
  role?: Role,
): Operand {
  if (permutation.every((axis, position) => axis === position)) return x;
  if (x.kind === 'runTime') return node.emit({ op: 'transpose', permutation }, [x], role);
  const shape = permuteShape(x.shape, permutation);
  const strides = permuteShape(stridesOf(x.shape), permutation);
  return node.fold(x.name, shape, () => stridedCopy(x.array, shape, strides));
}

/** Elements `starts[axis] + i · steps[axis]`; they must lie inside. */
export function slice(
  node: NodeImport,
  x: Operand,
  { starts, sizes, steps }: Pick<Slice, 'starts' | 'sizes' | 'steps'>,
  role?: Role,
): Operand {
  const whole = sizes.every((size, axis) => size === x.shape[axis] && steps[axis] === 1);
  if (whole) return x;
  if (x.kind === 'runTime') return node.emit({ op: 'slice', starts, sizes, steps }, [x], role);
  const own = stridesOf(x.shape);
  const offset = starts.reduce((sum, start, axis) => sum + start * own[axis]!, 0);
  const strides = steps.map((step, axis) => step * own[axis]!);
  return node.fold(x.name, sizes, () => stridedCopy(x.array, sizes, strides, offset));
}

/** A constant repeated along axes of extent 1, as NumPy broadcasts; `shape` must be such a broadcast of it. */
export function expand(node: NodeImport, x: ConstantOperand, shape: Shape): ConstantOperand {
  if (sameShape(x.shape, shape)) return x;
  const strides = broadcastStrides(x.shape, shape);
  return node.fold(x.name, shape, () => stridedCopy(x.array, shape, strides));
}

/** `output[i…, k…, j…] = x[i…, indices[k…], j…]` along `axis`; indices lie inside. */
export function gather(
  node: NodeImport,
  x: Operand,
  axis: number,
  indices: readonly number[],
  indicesShape: Shape,
): Operand {
  if (x.kind === 'runTime') return node.emit({ op: 'gather', axis, indices, indicesShape }, [x]);
  const shape = [...x.shape.slice(0, axis), ...indicesShape, ...x.shape.slice(axis + 1)];
  const inner = elementCount(x.shape.slice(axis + 1));
  const extent = x.shape[axis]!;
  const from: Elements = x.array.data;
  return node.fold(x.name, shape, () =>
    computeArray(x.array.type, shape, (index) => {
      const row = Math.floor(index / inner);
      const outer = Math.floor(row / indices.length);
      const chosen = indices[row % indices.length]!;
      return from[(outer * extent + chosen) * inner + (index % inner)]!;
    }),
  );
}

/** Joins operands along `axis`; constants among values of run time become graph constants. */
export function concat(node: NodeImport, parts: readonly Operand[], axis: number): Operand {
  const constants = parts.filter((part) => part.kind === 'constant');
  if (constants.length < parts.length) return node.emit({ op: 'concat', axis }, parts);
  const { name, array: first } = constants[0]!;
  const total = constants.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = first.shape.map((extent, which) => (which === axis ? total : extent));
  return node.fold(name, shape, () => {
    const joined = zeroElements(first.type, elementCount(shape)) as { set(from: unknown, at: number): void };
    const outer = elementCount(shape.slice(0, axis));
    let position = 0;
    for (let block = 0; block < outer; block += 1) {
      for (const { array } of constants) {
        const run = elementCount(array.shape.slice(axis));
        joined.set(array.data.subarray(block * run, (block + 1) * run), position);
        position += run;
      }
    }
    return arrayOf(first.type, shape, joined as unknown as PlainArray['data']);
  });
}
