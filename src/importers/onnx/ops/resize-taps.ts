import { assertNever } from '../../../core/errors.js';
import type { AxisTaps } from '../../../ir/ops/resize.js';

export const coordinateModes = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
] as const;
export type CoordinateMode = (typeof coordinateModes)[number];

export const nearestModes = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;
export type NearestMode = (typeof nearestModes)[number];

/** One axis of a resize: from `input` to `output` elements; `scale` is the source's own, not their quotient. */
export interface ResizedAxis {
  readonly input: number;
  readonly output: number;
  readonly scale: number;
}

/**
 * Where an output position lies between input positions (Resize-19, attribute coordinate_transformation_mode). Every step
 * is rounded to float32, as in the runtimes: the other side of a tie would be another pixel.
 */
function sourceCoordinate(
  position: number,
  { input, output, scale }: ResizedAxis,
  mode: CoordinateMode,
): number {
  const f = Math.fround;
  const halfPixel = f(f((position + 0.5) / scale) - 0.5);
  switch (mode) {
    case 'half_pixel':
      return halfPixel;
    case 'half_pixel_symmetric': {
      const adjustment = f(output / f(scale * input));
      const center = input / 2;
      return f(f(center * f(1 - adjustment)) + halfPixel);
    }
    case 'pytorch_half_pixel':
      return output > 1 ? halfPixel : 0;
    case 'align_corners':
      return output === 1 ? 0 : f(f(position * (input - 1)) / (output - 1));
    case 'asymmetric':
      return f(position / scale);
    case 'tf_half_pixel_for_nn':
      return f((position + 0.5) / scale);
    default:
      return assertNever(mode);
  }
}

/** Taps that copy the nearest element; positions outside take the edge's. */
export function nearestTaps(axis: ResizedAxis, mode: CoordinateMode, nearest: NearestMode): AxisTaps {
  const indices = positions(axis).map((position) =>
    clampedIndex(roundNearest(sourceCoordinate(position, axis, mode), nearest), axis.input),
  );
  return { lower: indices, upper: indices, upperWeight: indices.map(() => 0) };
}

/** Taps that blend the two neighbours by distance; positions outside take the edge's. */
export function linearTaps(axis: ResizedAxis, mode: CoordinateMode): AxisTaps {
  const coordinates = positions(axis).map((position) =>
    Math.min(Math.max(sourceCoordinate(position, axis, mode), 0), axis.input - 1),
  );
  const lower = coordinates.map(Math.floor);
  return {
    lower,
    upper: lower.map((index) => clampedIndex(index + 1, axis.input)),
    upperWeight: coordinates.map((coordinate, index) => Math.fround(coordinate - lower[index]!)),
  };
}

function roundNearest(coordinate: number, nearest: NearestMode): number {
  switch (nearest) {
    case 'round_prefer_floor':
      return Math.ceil(coordinate - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(coordinate + 0.5);
    case 'floor':
      return Math.floor(coordinate);
    case 'ceil':
      return Math.ceil(coordinate);
    default:
      return assertNever(nearest);
  }
}

const clampedIndex = (index: number, extent: number): number => Math.min(Math.max(index, 0), extent - 1);

const positions = ({ output }: ResizedAxis): number[] => Array.from({ length: output }, (_, index) => index);
