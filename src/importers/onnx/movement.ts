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
import { arrayOf, computeArray, stridedCopy, type Elements } from '../arrays.js';
import { sameQuantization } from './codes.js';
import type { NodeImport, Role } from './node-import.js';
import { gatheredGrid, reshapedGrid, slicedGrid, type MoveGrid } from './moved-grids.js';
import {
  constantOperand,
  dequantizedOperand,
  type ConstantCodes,
  type ConstantOperand,
  type Operand,
} from './operand.js';

/**
 * Moving elements, which importers do with constants and values of run time alike: constants are moved here and now (so
 * shape arithmetic folds, and weights are laid out once), values of run time by a node. No-ops vanish. Dequantized constants
 * keep their codes, and the axis of their scales moves along.
 */

export function reshape(node: NodeImport, x: Operand, shape: Shape, role?: Role): Operand {
  if (sameShape(x.shape, shape)) return x;
  if (x.kind === 'runTime') return node.emit({ op: 'reshape', shape }, [x], role);
  assert(elementCount(shape) === elementCount(x.shape), 'a reshape keeps the number of elements');
  const reshaped = ({ type, data }: PlainArray): PlainArray => arrayOf(type, shape, data);
  const quantization = x.codes && reshapedGrid(x.codes.quantization, x.shape, shape);
  return x.codes === null || quantization === null
    ? constantOperand(x.name, reshaped(x.array))
    : dequantizedOperand(x.name, { array: reshaped(x.codes.array), quantization });
}

/** A constant made of the elements of another one: of its codes, where their grid can be told in the new shape. */
function moved(
  node: NodeImport,
  x: ConstantOperand,
  shape: Shape,
  move: (array: PlainArray) => PlainArray,
  gridOf: MoveGrid,
): ConstantOperand {
  const { codes } = x;
  const quantization = codes === null ? null : gridOf(codes.quantization);
  return codes === null || quantization === null
    ? node.fold(x.name, shape, () => move(x.array))
    : node.foldCodes(x.name, shape, () => ({ array: move(codes.array), quantization }));
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
  return moved(
    node,
    x,
    shape,
    (array) => stridedCopy(array, shape, strides),
    (grid) => ({ ...grid, axis: grid.axis === null ? null : permutation.indexOf(grid.axis) }),
  );
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
  return moved(
    node,
    x,
    sizes,
    (array) => stridedCopy(array, sizes, strides, offset),
    (grid) => slicedGrid(grid, { starts, sizes, steps }),
  );
}

/** A constant repeated along axes of extent 1, as NumPy broadcasts; `shape` must be such a broadcast of it. */
export function expand(node: NodeImport, x: ConstantOperand, shape: Shape): ConstantOperand {
  if (sameShape(x.shape, shape)) return x;
  const strides = broadcastStrides(x.shape, shape);
  const added = shape.length - x.shape.length;
  return moved(
    node,
    x,
    shape,
    (array) => stridedCopy(array, shape, strides),
    (grid) => ({ ...grid, axis: grid.axis === null ? null : grid.axis + added }),
  );
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
  const gathered = ({ type, data }: PlainArray): PlainArray => {
    const from: Elements = data;
    return computeArray(type, shape, (index) => {
      const row = Math.floor(index / inner);
      const outer = Math.floor(row / indices.length);
      const chosen = indices[row % indices.length]!;
      return from[(outer * extent + chosen) * inner + (index % inner)]!;
    });
  };
  return moved(node, x, shape, gathered, (grid) => gatheredGrid(grid, axis, indices, indicesShape.length));
}

/** Joins operands along `axis`; constants among values of run time become graph constants. */
export function concat(node: NodeImport, parts: readonly Operand[], axis: number): Operand {
  const constants = parts.filter((part) => part.kind === 'constant');
  if (constants.length < parts.length) return node.emit({ op: 'concat', axis }, parts);
  const [first] = constants;
  const total = constants.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = first!.shape.map((extent, which) => (which === axis ? total : extent));
  const codes = codesOnOneGrid(constants, axis);
  return codes === null
    ? node.fold(first!.name, shape, () =>
        joined(
          constants.map(({ array }) => array),
          shape,
          axis,
        ),
      )
    : node.foldCodes(first!.name, shape, () => ({
        array: joined(
          codes.map(({ array }) => array),
          shape,
          axis,
        ),
        quantization: codes[0]!.quantization,
      }));
}

/** The codes of constants that are joined along `axis`, or null where they do not have one type and grid. */
function codesOnOneGrid(
  constants: readonly ConstantOperand[],
  axis: number,
): readonly ConstantCodes[] | null {
  const codes = constants.flatMap((constant) => constant.codes ?? []);
  const [first] = codes;
  if (first === undefined || codes.length < constants.length || first.quantization.axis === axis) return null;
  const alike = codes.every(
    ({ array, quantization }) =>
      array.type === first.array.type && sameQuantization(quantization, first.quantization),
  );
  return alike ? codes : null;
}

function joined(arrays: readonly PlainArray[], shape: Shape, axis: number): PlainArray {
  const { type } = arrays[0]!;
  const data = zeroElements(type, elementCount(shape)) as { set(from: unknown, at: number): void };
  const outer = elementCount(shape.slice(0, axis));
  let position = 0;
  for (let block = 0; block < outer; block += 1) {
    for (const array of arrays) {
      const run = elementCount(array.shape.slice(axis));
      data.set(array.data.subarray(block * run, (block + 1) * run), position);
      position += run;
    }
  }
  return arrayOf(type, shape, data as unknown as PlainArray['data']);
}
