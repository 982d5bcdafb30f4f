import { broadcastShapes, elementCount, sameShape, shapeText, type Shape } from '../../../tensor/shape.js';
import { computeArray, float32Elements } from '../../arrays.js';
import { expand, reshape } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { ConstantOperand, Operand } from '../operand.js';
import { conv } from './conv.js';
import { matMul } from './matrix.js';
import type { ImportOperator } from './operator.js';
import {
  checkZeroPointType,
  dequantizeOperand,
  formatOf,
  realNumbers,
  toIntegers,
} from './quantized-operands.js';

/**
 * Sums of products of codes less their zero points, as int32: the operator on real numbers that are integers. Zero points are
 * constants, or values of run time as DynamicQuantizeLinear makes them. With one constant zero point for each operand they are
 * its grid, and the operator on codes is exact; else float32 takes it off, and a sum beyond 2^24 is rounded to float32.
 */

/** ConvInteger-10: x's zero point is one, w's may be per output channel. */
export const convInteger: ImportOperator = (node) => {
  const x = lessZeroPoint(node, 0, 2, 'x', one);
  const weight = lessZeroPoint(node, 1, 3, 'w', perOutputChannel);
  const sums = conv(node.part({ inputs: [x, weight] }));
  return [toIntegers(node, sums[0]!, result)];
};

/** MatMulInteger-10: A's zero point may be per row, B's per column. */
export const matMulInteger: ImportOperator = (node) => {
  const a = lessZeroPoint(node, 0, 2, 'A', perRow);
  const b = lessZeroPoint(node, 1, 3, 'B', perColumn);
  const sums = matMul(node.part({ inputs: [a, b] }));
  return [toIntegers(node, sums[0]!, result)];
};

/** The node that makes the source's output; the operator itself has the source's name. */
const result = { nodeSuffix: 'quantized' } as const;

/** Which zero points an operand may have: the shape in which those of a shape broadcast to it, null where they do not fit. */
interface Alignment {
  readonly shape: (zeroPoints: Shape, operand: Shape) => Shape | null;
  readonly expected: string;
}

const one: Alignment = { shape: () => null, expected: 'one zero point' };

const perOutputChannel: Alignment = {
  shape: (zeroPoints, operand) =>
    zeroPoints.length === 1 ? [...zeroPoints, ...operand.slice(1).map(() => 1)] : null,
  expected: 'one zero point, or one per output channel',
};

const perRow: Alignment = {
  shape: (zeroPoints, { length }) => {
    if (zeroPoints.length === 1) return length >= 2 ? [...zeroPoints, 1] : null;
    return zeroPoints.at(-1) === 1 ? zeroPoints : null;
  },
  expected: 'one zero point, or one per row',
};

const perColumn: Alignment = {
  shape: (zeroPoints, { length }) =>
    length >= 2 && (zeroPoints.length === 1 || zeroPoints.at(-2) === 1) ? zeroPoints : null,
  expected: 'one zero point, or one per column',
};

/** Input `index` as real numbers that are integers, less the zero points that another input holds. */
function lessZeroPoint(
  node: NodeImport,
  index: number,
  zeroPointIndex: number,
  suffix: string,
  alignment: Alignment,
): Operand {
  const x = node.input(index);
  const given = node.optionalInput(zeroPointIndex);
  checkZeroPointType(node, given, formatOf(x));
  const zeroPoint = given && aligned(node, given, x.shape, suffix, alignment);
  const same = zeroPoint === null ? 0 : sharedNumber(zeroPoint);
  if (zeroPoint === null || same !== null) return plain(node, x, same ?? 0, suffix);
  const integers = plain(node, x, 0, `${suffix}.integers`);
  if (integers.kind === 'constant' && zeroPoint.kind === 'constant')
    return difference(node, integers, zeroPoint);
  return node.emit({ op: 'sub', activation: null }, [integers, zeroPoint], { suffix });
}

/** Integers less one zero point, as real numbers; a constant keeps its codes. */
function plain(node: NodeImport, x: Operand, zeroPoint: number, suffix: string): Operand {
  return dequantizeOperand(node, x, { scales: [1], zeroPoints: [zeroPoint], axis: null }, { suffix });
}

/** Zero points as real numbers, where they are known as integers, in a shape that broadcasts to the operand's. */
function aligned(
  node: NodeImport,
  zeroPoint: Operand,
  operand: Shape,
  suffix: string,
  { shape, expected }: Alignment,
): Operand {
  const stated = zeroPoint.shape;
  const fitting = elementCount(stated) === 1 ? [] : shape(stated, operand);
  const broadcast = fitting && broadcastShapes(fitting, operand);
  if (fitting === null || broadcast === null || !sameShape(broadcast, operand)) {
    throw node.refuse({
      found: `zero points of shape ${shapeText(stated)} for ${shapeText(operand)}`,
      expected,
    });
  }
  const name = `${suffix}.zeroPoint`;
  const real = zeroPoint.kind === 'constant' ? zeroPoint : realNumbers(node, zeroPoint, { suffix: name });
  return reshape(node, real, fitting, { suffix: `${name}.aligned` });
}

/** The number that all elements of a constant are; null where they differ or are not known. */
function sharedNumber(x: Operand): number | null {
  if (x.kind === 'runTime') return null;
  const elements = float32Elements(x.array);
  const first = elements[0] ?? 0;
  return elements.every((element) => element === first) ? first : null;
}

/** Constants less constant zero points that differ: no grid has more than one, so the codes are not kept. */
function difference(node: NodeImport, x: ConstantOperand, zeroPoints: ConstantOperand): ConstantOperand {
  const integers = float32Elements(x.array);
  const subtrahends = float32Elements(expand(node, zeroPoints, x.shape).array);
  return node.fold(x.name, x.shape, () =>
    computeArray('float32', x.shape, (index) => integers[index]! - subtrahends[index]!),
  );
}
