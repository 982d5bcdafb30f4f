import {
  linearTaps,
  nearestModes,
  nearestTaps,
  type CoordinateMode,
  type NearestMode,
  type ResizedAxis,
} from '../../../importers/onnx/ops/resize-taps.js';
import type { AxisTaps, IntResize } from '../../../ir/ops/resize.js';
import { text, type Attributes, type OnnxAssembly } from '../assembly.js';
import { requireSameGrid } from '../grid.js';
import { NCHW } from '../order.js';
import type { QdqValues } from '../values.js';

/** Coordinate rules that every opset from 13 on has. */
const COORDINATES: readonly CoordinateMode[] = [
  'half_pixel',
  'asymmetric',
  'align_corners',
  'pytorch_half_pixel',
];

/**
 * Resize, where one of ONNX's coordinate rules gives the node's taps; else the taps themselves, as a matrix product along
 * either axis.
 */
export function emitResize(values: QdqValues, assembly: OnnxAssembly, node: IntResize): void {
  const x = node.inputs[0]!;
  requireSameGrid(node, values.grid(x), values.grid(node.output));
  const [batch, height, width, channels] = values.shape(x) as [number, number, number, number];
  const real = values.real(x, NCHW);
  const attributes = resizeAttributes(node, height, width);
  if (attributes !== null) {
    const sizes = [batch, channels, node.rows.lower.length, node.columns.lower.length];
    const inputs = [real, '', '', assembly.int64s(`${node.name}_sizes`, sizes)];
    values.quantize(node.output, assembly.node('Resize', node.name, inputs, attributes), NCHW);
    return;
  }
  const matrix = (stem: string, taps: AxisTaps, extent: number, transposed: boolean): string => {
    const rows = tapRows(taps, extent, node.weightBits);
    const [count, length] = [rows.length, extent];
    const flat = transposed
      ? Array.from({ length: count * length }, (_, i) => rows[i % count]![Math.floor(i / count)]!)
      : rows.flat();
    return assembly.floats(`${node.name}_${stem}`, flat, transposed ? [length, count] : [count, length]);
  };
  const tall = assembly.node('MatMul', `${node.name}_rows`, [
    matrix('row_taps', node.rows, height, false),
    real,
  ]);
  const y = assembly.node('MatMul', node.name, [tall, matrix('column_taps', node.columns, width, true)]);
  values.quantize(node.output, y, NCHW);
}

/** The attributes of a Resize that reads the same taps along both axes, or null. */
function resizeAttributes(node: IntResize, height: number, width: number): Attributes | null {
  const isRule = (rule: (axis: ResizedAxis) => AxisTaps): boolean =>
    follows(rule, node.rows, height, node.weightBits) && follows(rule, node.columns, width, node.weightBits);
  for (const coordinates of COORDINATES) {
    const shared = { coordinate_transformation_mode: text(coordinates) };
    const nearest = nearestModes.find((mode: NearestMode) =>
      isRule((axis) => nearestTaps(axis, coordinates, mode)),
    );
    if (nearest !== undefined) return { ...shared, mode: text('nearest'), nearest_mode: text(nearest) };
    if (isRule((axis) => linearTaps(axis, coordinates))) return { ...shared, mode: text('linear') };
  }
  return null;
}

function follows(
  rule: (axis: ResizedAxis) => AxisTaps,
  taps: AxisTaps,
  input: number,
  weightBits: number,
): boolean {
  const output = taps.lower.length;
  const ruled = rule({ input, output, scale: Math.fround(output / input) });
  const rounded = {
    ...ruled,
    upperWeight: ruled.upperWeight.map((weight) => Math.round(weight * 2 ** weightBits)),
  };
  const own = tapRows(taps, input, weightBits);
  return tapRows(rounded, input, weightBits).every((row, r) =>
    row.every((weight, i) => weight === own[r]![i]),
  );
}

/** What each output position takes of every input position. */
function tapRows({ lower, upper, upperWeight }: AxisTaps, extent: number, weightBits: number): number[][] {
  return lower.map((index, position) => {
    const row = Array.from({ length: extent }, () => 0);
    const weight = upperWeight[position]! / 2 ** weightBits;
    row[index]! += 1 - weight;
    row[upper[position]!]! += weight;
    return row;
  });
}
