import { shapeText } from '../../../tensor/shape.js';
import type { AxisTaps } from '../../../ir/ops/resize.js';
import { float32Elements } from '../../arrays.js';
import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';
import type { ImportOperator } from './operator.js';
import { integersOf, normalizedAxes } from './parameters.js';
import {
  coordinateModes,
  linearTaps,
  nearestModes,
  nearestTaps,
  type NearestMode,
  type ResizedAxis,
} from './resize-taps.js';
import { fromImage, toImage } from './spatial.js';

/** Turns one resized axis into taps. */
type TapRule = (axis: ResizedAxis) => AxisTaps;

/** Resize-10 (scales only), -11, -13, -18, -19: nearest and linear, along the spatial axes. */
export const resize: ImportOperator = (node) => {
  const x = node.input(0);
  if (node.opset === 10) return [resized(node, x, axesFromScales(node, x, 1, null), legacyRule(node))];
  const { attributes } = node;
  attributes.ignore('cubic_coeff_a', 'extrapolation_value'); // of modes that are refused
  const mode = attributes.choice('mode', ['nearest', 'linear'], 'nearest');
  const coordinates = attributes.choice('coordinate_transformation_mode', coordinateModes, 'half_pixel');
  const nearest = attributes.choice('nearest_mode', nearestModes, 'round_prefer_floor');
  if (attributes.flag('antialias', false) || attributes.flag('exclude_outside', false)) {
    throw node.refuse({ found: 'antialias or exclude_outside', expected: 'neither' });
  }
  const axes = node.opset < 18 ? null : attributes.ints('axes');
  const isScaled = (node.optionalInput(2)?.shape[0] ?? 0) > 0;
  const resizedAxes = isScaled ? axesFromScales(node, x, 2, axes) : axesFromSizes(node, x, axes);
  const rule: TapRule = (axis) =>
    mode === 'nearest' ? nearestTaps(axis, coordinates, nearest) : linearTaps(axis, coordinates);
  return [resized(node, x, resizedAxes, rule)];
};

/** Upsample-7 (attribute scales), -9 (input scales). */
export const upsample: ImportOperator = (node) => {
  const x = node.input(0);
  const axes =
    node.opset < 9
      ? scaledAxes(node, x, node.attributes.floats('scales') ?? [], null)
      : axesFromScales(node, x, 1, null);
  return [resized(node, x, axes, legacyRule(node))];
};

/**
 * Before opset 11 the coordinate is position / scale, and the nearest element the one before it, or, where an axis
 * shrinks, the one after: so the tests of opset 10 have it, and ONNX Runtime (`ResizeNearestMode::SIMPLE`).
 */
function legacyRule(node: NodeImport): TapRule {
  const mode = node.attributes.choice('mode', ['nearest', 'linear'], 'nearest');
  return (axis) => {
    const nearest: NearestMode = axis.scale < 1 ? 'ceil' : 'floor';
    return mode === 'nearest' ? nearestTaps(axis, 'asymmetric', nearest) : linearTaps(axis, 'asymmetric');
  };
}

/** Resizes the spatial axes; axes beyond must keep their extent. */
function resized(node: NodeImport, x: Operand, axes: readonly ResizedAxis[], rule: TapRule): Operand {
  const other = axes.slice(0, 2).findIndex(({ input, output, scale }) => input !== output || scale !== 1);
  if (other >= 0) {
    throw node.refuse({
      found: `axis ${other} of shape ${shapeText(x.shape)} resized`,
      expected: 'only spatial axes (2 and 3)',
    });
  }
  node.checkResult(
    axes.map(({ output }) => output),
    [x.shape],
  );
  const image = toImage(node, x);
  const unchanged: AxisTaps = { lower: [0], upper: [0], upperWeight: [0] };
  const taps = axes.slice(2).map(rule);
  const [rows, columns] = taps.length === 1 ? [unchanged, taps[0]!] : [taps[0]!, taps[1]!];
  return fromImage(node, node.emit({ op: 'resize', rows, columns }, [image]), x.shape.length);
}

function axesFromScales(
  node: NodeImport,
  x: Operand,
  inputIndex: number,
  axes: readonly number[] | null,
): ResizedAxis[] {
  const scales = node.constant(inputIndex, 'scales');
  return scaledAxes(node, x, [...float32Elements(scales.array)], axes);
}

/** Extents are `floor(input · scale)`, the product in float32. */
function scaledAxes(
  node: NodeImport,
  x: Operand,
  scales: readonly number[],
  axes: readonly number[] | null,
): ResizedAxis[] {
  if (scales.some((scale) => !(scale > 0 && Number.isFinite(scale)))) {
    throw node.refuse({ found: `scales ${scales.join(', ')}`, expected: 'positive numbers' });
  }
  return perAxis(node, x, scales, axes, 1).map((scale, axis) => {
    const input = x.shape[axis]!;
    return { input, output: Math.floor(Math.fround(input * scale)), scale };
  });
}

/** Extents as given, or the nearest to them that keep the aspect ratio (attribute keep_aspect_ratio_policy of Resize-18). */
function axesFromSizes(node: NodeImport, x: Operand, axes: readonly number[] | null): ResizedAxis[] {
  const policies = ['stretch', 'not_larger', 'not_smaller'] as const;
  const policy = node.attributes.choice('keep_aspect_ratio_policy', policies, 'stretch');
  const sizes = integersOf(node, node.constant(3, 'sizes'), 'sizes');
  const wanted = perAxis(node, x, sizes, axes, null);
  const ratios = wanted.flatMap((size, axis) => (size === null ? [] : [size / x.shape[axis]!]));
  const common = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return wanted.map((size, axis) => {
    const input = x.shape[axis]!;
    if (size === null) return { input, output: input, scale: 1 };
    if (policy === 'stretch') return { input, output: size, scale: Math.fround(size / input) };
    return { input, output: Math.floor(common * input + 0.5), scale: Math.fround(common) };
  });
}

/** One entry per axis of the input, out of one per axis named (all of them where none is). */
function perAxis<T>(
  node: NodeImport,
  x: Operand,
  values: readonly T[],
  axes: readonly number[] | null,
  rest: T | null,
): T[] {
  const rank = x.shape.length;
  const named = normalizedAxes(node, axes ?? x.shape.map((_, axis) => axis), rank);
  if (values.length !== named.length) {
    throw node.refuse({ found: `${values.length} scales or sizes`, expected: `${named.length}` });
  }
  return x.shape.map((_, axis) => (named.includes(axis) ? values[named.indexOf(axis)]! : (rest as T)));
}
