import { realToCode } from '../../arith/affine.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import type { FloatAveragePool, MaxPool } from '../../ir/ops/pooling.js';
import type { FloatResize } from '../../ir/ops/resize.js';
import type { MovementNode } from '../../ir/operators.js';
import type { ConversionContext } from './context.js';

/** Operators that copy codes: the node stays as it is; only what joins or fills must come onto the grid. */
export function convertMovement(context: ConversionContext, node: MovementNode | MaxPool): void {
  const grid = context.grid(node.output);
  const inputs = node.inputs.map((id) => context.onGrid(node.name, id, grid));
  if (node.op === 'pad') {
    const value = realToCode(node.value, grid.scale, grid.zeroPoint, grid.format);
    context.emit({ ...node, inputs, value }, grid);
  } else {
    context.emit({ ...node, inputs }, grid);
  }
}

export function convertAveragePool(context: ConversionContext, node: FloatAveragePool): void {
  const grid = context.grid(node.output);
  context.emit(
    {
      ...node,
      inputZeroPoint: grid.zeroPoint,
      clamp: { min: minOf(grid.format), max: maxOf(grid.format) },
    },
    grid,
  );
}

/** Bits of an interpolation weight, as in TFLite's integer kernel (`resize_bilinear.h`). */
const RESIZE_WEIGHT_BITS = 10;

export function convertResize(context: ConversionContext, node: FloatResize): void {
  const quantized = (weights: readonly number[]): number[] =>
    weights.map((weight) => Math.round(weight * 2 ** RESIZE_WEIGHT_BITS));
  context.emit(
    {
      ...node,
      rows: { ...node.rows, upperWeight: quantized(node.rows.upperWeight) },
      columns: { ...node.columns, upperWeight: quantized(node.columns.upperWeight) },
      weightBits: RESIZE_WEIGHT_BITS,
      rounding: 'halfAwayFromZero',
    },
    context.grid(node.output),
  );
}
