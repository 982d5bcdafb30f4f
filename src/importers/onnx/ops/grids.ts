import { codeFormat } from '../codes.js';
import type { NodeImport } from '../node-import.js';
import type { ConstantOperand } from '../operand.js';
import { float32Elements, isFloatType } from '../../arrays.js';
import type { Shape } from '../../../tensor/shape.js';
import { shapeText } from '../../../tensor/shape.js';
import { normalizedAxis } from './parameters.js';

/** Scales and zero points as a node states them: one of each, or one per index of an axis. */
export interface StatedGrid {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  /** null where there is one of each. */
  readonly axis: number | null;
}

/**
 * The grid of a tensor of `shape`. `axis` may have a scale and a zero point per index; it is null where the operator allows one
 * of each only. A zero point that is left out is 0.
 */
export function statedGrid(
  node: NodeImport,
  scale: ConstantOperand,
  zeroPoint: ConstantOperand | null,
  shape: Shape,
  axis: number | null,
): StatedGrid {
  if (!isFloatType(scale.array.type)) {
    throw node.refuse({ found: `a scale of type ${scale.array.type}`, expected: 'a floating-point scale' });
  }
  const scales = [...float32Elements(scale.array)];
  const bad = scales.find((value) => !(value > 0 && Number.isFinite(value)));
  if (bad !== undefined) {
    throw node.refuse({ found: `scale ${bad}`, expected: 'positive, finite scales' });
  }
  return gridAlong(
    node,
    scales,
    [scale.shape, zeroPoint?.shape ?? []],
    zeroPointsOf(node, zeroPoint),
    shape,
    axis,
  );
}

function gridAlong(
  node: NodeImport,
  scales: readonly number[],
  stated: readonly Shape[],
  zeroPoints: readonly number[],
  shape: Shape,
  axis: number | null,
): StatedGrid {
  const count = Math.max(scales.length, zeroPoints.length);
  if (count === 1 && scales.length === 1 && zeroPoints.length === 1)
    return { scales, zeroPoints, axis: null };
  const along = axis === null ? null : normalizedAxis(node, axis, shape.length);
  const fits = [scales, zeroPoints].every(({ length }) => length === 1 || length === count);
  const isVector = stated.every((extents) => extents.filter((extent) => extent !== 1).length <= 1);
  if (along === null || !fits || !isVector || count !== shape[along]) {
    const one = 'one scale and zero point';
    throw node.refuse({
      found: `scales and zero points of shapes ${stated.map(shapeText).join(' and ')} for ${shapeText(shape)}`,
      expected:
        along === null ? one : `${one}, or one for each of the ${shape[along]} indices of axis ${along}`,
    });
  }
  const repeated = (values: readonly number[]): readonly number[] =>
    values.length === count ? values : Array.from({ length: count }, () => values[0]!);
  return { scales: repeated(scales), zeroPoints: repeated(zeroPoints), axis: along };
}

function zeroPointsOf(node: NodeImport, zeroPoint: ConstantOperand | null): readonly number[] {
  if (zeroPoint === null) return [0];
  const { type, data } = zeroPoint.array;
  if (codeFormat(type) !== null) return Array.from(data, Number);
  throw node.refuse({
    found: `a zero point of type ${type}`,
    expected: 'int8, uint8, int16, uint16 or int32',
  });
}

/** The zero point that all indices share. */
export function sharedZeroPoint(node: NodeImport, { zeroPoints, axis }: StatedGrid): number {
  const [first] = zeroPoints;
  const other = zeroPoints.find((zeroPoint) => zeroPoint !== first);
  if (other === undefined) return first!;
  throw node.refuse({
    found: `zero points ${first} and ${other} along axis ${axis}`,
    expected: 'one zero point for all of them, as ONNX Runtime asks of weights',
    suggestion: 'quantize symmetrically per channel, or asymmetrically per tensor',
  });
}
