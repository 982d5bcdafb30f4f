import {
  linearTaps,
  nearestModes,
  nearestTaps,
  type CoordinateMode,
  type NearestMode,
  type ResizedAxis,
} from '../../../importers/onnx/ops/resize-taps.js';
import type { NodeBase } from '../../../ir/graph.js';
import type { StackResize } from '../../../ir/ops/stack.js';
import type { AxisTaps, IntResize } from '../../../ir/ops/resize.js';
import { text, type Attributes, type OnnxAssembly } from '../assembly.js';
import { NCHW } from '../order.js';
import { requireSharedGrid, type QdqValues } from '../values.js';

/** Coordinate rules that every opset from 13 on has. */
const COORDINATES: readonly CoordinateMode[] = [
  'half_pixel',
  'asymmetric',
  'align_corners',
  'pytorch_half_pixel',
];

export function emitResize(values: QdqValues, assembly: OnnxAssembly, node: IntResize | StackResize): void {
  requireSharedGrid(values, node);
  const fractionBits = node.op === 'resize' ? node.weightBits : 0;
  const { min, max } = values.grid(node.output).codes;
  const y = resizeOf(values, assembly, node, { fractionBits, tolerance: QUARTER / (max - min + 1) });
  values.quantize(node.output, y, NCHW);
}

/** What all weights together may be off for a quarter of a code. */
const QUARTER = 1 / 4;

/** Weights of real numbers: stacks differ in float32 in how they make them of a coordinate. */
export const REAL_TAPS: TapPrecision = { fractionBits: 0, tolerance: 2 ** -14 };

/** Weights are integers over 2^fractionBits (0: real numbers), and a rule may give others by less than `tolerance`. */
interface TapPrecision {
  readonly fractionBits: number;
  readonly tolerance: number;
}

/**
 * Resize, where one of ONNX's coordinate rules gives the node's taps; else the taps themselves, as a matrix product along
 * either axis. In NCHW.
 */
export function resizeOf(
  values: QdqValues,
  assembly: OnnxAssembly,
  { name, inputs: [x], rows, columns }: NodeBase & Pick<IntResize, 'rows' | 'columns'>,
  precision: TapPrecision,
): string {
  const [batch, height, width, channels] = values.shape(x!) as [number, number, number, number];
  const real = values.real(x!, NCHW);
  const vertical = { taps: rows, extent: height, ...precision };
  const horizontal = { taps: columns, extent: width, ...precision };
  const attributes = resizeAttributes(vertical, horizontal);
  if (attributes !== null) {
    const sizes = [batch, channels, rows.lower.length, columns.lower.length];
    const inputs = [real, '', '', assembly.int64s(`${name}_sizes`, sizes)];
    return assembly.node('Resize', name, inputs, attributes);
  }
  const matrix = (stem: string, axis: TapAxis, transposed: boolean): string => {
    const weights = tapRows(axis);
    const [count, length] = [weights.length, axis.extent];
    const flat = transposed
      ? Array.from({ length: count * length }, (_, i) => weights[i % count]![Math.floor(i / count)]!)
      : weights.flat();
    return assembly.floats(`${name}_${stem}`, flat, transposed ? [length, count] : [count, length]);
  };
  const tall = assembly.node('MatMul', `${name}_rows`, [matrix('row_taps', vertical, false), real]);
  return assembly.node('MatMul', name, [tall, matrix('column_taps', horizontal, true)]);
}

/** The taps along an axis of `extent` positions. */
interface TapAxis extends TapPrecision {
  readonly taps: AxisTaps;
  readonly extent: number;
}

/** The attributes of a Resize that reads the same taps along both axes, or null. */
function resizeAttributes(rows: TapAxis, columns: TapAxis): Attributes | null {
  const isRule = (rule: (axis: ResizedAxis) => AxisTaps): boolean =>
    follows(rule, rows) && follows(rule, columns);
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

function follows(rule: (axis: ResizedAxis) => AxisTaps, axis: TapAxis): boolean {
  const { taps, extent, tolerance } = axis;
  const output = taps.lower.length;
  const ruled = rule({ input: extent, output, scale: Math.fround(output / extent) });
  const own = tapRows(axis);
  return tapRows({ ...axis, taps: ruled, fractionBits: 0 }).every((row, r) =>
    row.every((weight, i) => Math.abs(weight - own[r]![i]!) <= tolerance),
  );
}

/** What each output position takes of every input position. */
function tapRows({ taps: { lower, upper, upperWeight }, extent, fractionBits }: TapAxis): number[][] {
  return lower.map((index, position) => {
    const row = Array.from({ length: extent }, () => 0);
    const weight = upperWeight[position]! / 2 ** fractionBits;
    row[index]! += 1 - weight;
    row[upper[position]!]! += weight;
    return row;
  });
}
