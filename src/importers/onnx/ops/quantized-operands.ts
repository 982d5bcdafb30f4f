import { realToCode } from '../../../arith/affine.js';
import { formatName, INT32, type IntFormat } from '../../../arith/int-format.js';
import { elementCount, type Shape } from '../../../tensor/shape.js';
import { storageType } from '../../../tensor/tensor.js';
import { arrayOf, computeArray, float32Elements, isFloatType } from '../../arrays.js';
import { codeFormat, PLAIN_INTEGERS } from '../codes.js';
import type { NodeImport, Role } from '../node-import.js';
import { constantOperand, type ConstantOperand, type Operand, type RunTimeOperand } from '../operand.js';
import { sharedZeroPoint, type StatedGrid } from './grids.js';

/**
 * The real numbers that codes stand for: `f32(f32(code − zero point) · scale)`. Of constants the graph keeps the codes. Values
 * of run time have one scale and zero point in a graph; where the source has more, the integers become real numbers first and
 * are shifted and scaled by constants: the same two roundings.
 */
export function dequantizeOperand(node: NodeImport, x: Operand, grid: StatedGrid, role: Role = {}): Operand {
  if (formatOf(x) === null) {
    throw node.refuse({
      found: `an operand of type ${typeName(x)}`,
      expected: 'codes: integers of 8, 16 or 32 bits',
    });
  }
  const { scales, zeroPoints, axis } = grid;
  if (x.kind === 'constant') {
    const quantization = { scales, zeroPoint: sharedZeroPoint(node, grid), axis };
    return node.foldCodes(x.name, x.shape, () => ({ array: x.array, quantization }));
  }
  if (axis === null) return node.dequantize(x, { scales, zeroPoint: zeroPoints[0]!, axis: null }, role);
  const along = (values: readonly number[], name: string): ConstantOperand =>
    broadcastable(node, values, x.shape, axis, name);
  const integers = node.dequantize(x, PLAIN_INTEGERS, inner(role, 'integers'));
  const shifted = zeroPoints.every((zeroPoint) => zeroPoint === 0)
    ? integers
    : node.emit(
        { op: 'sub', activation: null },
        [integers, along(zeroPoints, 'zeroPoints')],
        inner(role, 'shifted'),
      );
  return node.emit({ op: 'mul', activation: null }, [shifted, along(scales, 'scales')], role);
}

/**
 * The codes of real numbers: `saturate(round(f32(x / scale)) + zero point)`, ties to even. Constants are quantized here and
 * now. Of values of run time, several scales are divided by first; the zero point must be one.
 */
export function quantizeOperand(
  node: NodeImport,
  x: Operand,
  format: IntFormat,
  grid: StatedGrid,
  role: Role = {},
): Operand {
  if (x.kind === 'constant') return quantizedConstant(node, x, format, grid);
  const { scales, axis } = grid;
  const zeroPoint = sharedZeroPoint(node, grid);
  const real = realNumbers(node, x, inner(role, 'numbers'));
  if (axis === null) return node.quantize(real, format, { scales, zeroPoint, axis: null }, role);
  const divisors = broadcastable(node, scales, x.shape, axis, 'scales');
  const steps = node.emit({ op: 'div', activation: null }, [real, divisors], inner(role, 'steps'));
  return node.quantize(steps, format, { ...PLAIN_INTEGERS, zeroPoint }, role);
}

/** The integers that real numbers are, as int32. */
export function toIntegers(node: NodeImport, x: Operand, role: Role = {}): Operand {
  return quantizeOperand(node, x, INT32, { scales: [1], zeroPoints: [0], axis: null }, role);
}

/** Integers of run time as the real numbers they are. */
export function realNumbers(node: NodeImport, x: RunTimeOperand, role: Role = {}): RunTimeOperand {
  return x.format === null ? x : node.dequantize(x, PLAIN_INTEGERS, role);
}

/** The format of codes; null of real numbers, and of integers that no graph holds. */
export function formatOf(x: Operand): IntFormat | null {
  if (x.kind === 'runTime') return x.format;
  return x.codes === null ? codeFormat(x.array.type) : null;
}

function quantizedConstant(
  node: NodeImport,
  x: ConstantOperand,
  format: IntFormat,
  { scales, zeroPoints, axis }: StatedGrid,
): Operand {
  if (!isFloatType(x.array.type) && x.array.type !== 'int32') {
    throw node.refuse({ found: `a constant of type ${x.array.type}`, expected: 'real numbers' });
  }
  const numbers = float32Elements(x.array);
  const run = axis === null ? 1 : elementCount(x.shape.slice(axis + 1));
  return node.fold(x.name, x.shape, () =>
    computeArray(storageType(format), x.shape, (index) => {
      const which = Math.floor(index / run) % scales.length;
      return realToCode(Math.fround(numbers[index]! / scales[which]!), 1, zeroPoints[which]!, format);
    }),
  );
}

/** Numbers along one axis in a shape that broadcasts to `shape`. */
function broadcastable(
  node: NodeImport,
  values: readonly number[],
  shape: Shape,
  axis: number,
  name: string,
): ConstantOperand {
  const extents = shape.slice(axis).map((extent, index) => (index === 0 ? extent : 1));
  return constantOperand(
    `${node.outputNames[0]}.${name}`,
    arrayOf('float32', extents, Float32Array.from(values)),
  );
}

function inner({ suffix, output }: Role, name: string): Role {
  const text = suffix === undefined ? name : `${suffix}.${name}`;
  return output === undefined ? { suffix: text } : { suffix: text, output };
}

/** Refuses a zero point of another type than what it belongs to. */
export function checkZeroPointType(
  node: NodeImport,
  zeroPoint: Operand | null,
  format: IntFormat | null,
): void {
  if (zeroPoint === null || format === null) return;
  const type = typeName(zeroPoint);
  if (type === formatName(format)) return;
  throw node.refuse({
    found: `a zero point of type ${type}`,
    expected: `${formatName(format)}, the type of the codes`,
  });
}

function typeName(x: Operand): string {
  if (x.kind === 'constant') return x.array.type;
  return x.format === null ? 'float32' : formatName(x.format);
}
