import { assert } from '../../../src/core/errors.js';
import { INT16, INT32, INT8, UINT8, type IntFormat } from '../../../src/arith/int-format.js';
import type { CodeRange } from '../../../src/arith/requantizer.js';
import { activationRange, type FusedActivation } from '../../../src/arith/tflite/activation-range.js';
import type { TfliteBuild } from '../../../src/arith/tflite/build.js';
import type { Grid } from '../../../src/arith/tflite/grid.js';
import { activation, type TestOperand } from '../run-node.js';

/** A tensor of `vectors/ops/tflite_*.json`: scales are float32 values; per-channel scales and zero points come as lists. */
export interface TfliteTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly scale?: number | readonly number[];
  readonly zero_point?: number | readonly number[];
  /** The axis of the scales, where there are several. */
  readonly quantized_dimension?: number;
  readonly data: readonly number[];
}

/** One run of the real kernel. */
export interface TfliteCase {
  readonly params: Readonly<Record<string, number>>;
  readonly inputs: readonly TfliteTensor[];
  readonly output: TfliteTensor;
  readonly expected: readonly number[];
  /** Present only where the build that rounds once gives something else. */
  readonly expected_single_rounding?: readonly number[];
}

/** How one operator is run for some types of its tensors. */
export interface TfliteOperator {
  /** Types of all inputs and of the output: `int8,int8->int8`. */
  readonly types: RegExp;
  /** Names of the params the rule reads; any other must not be ignored. */
  readonly params: readonly string[];
  readonly run: (testCase: TfliteCase, build: TfliteBuild) => ArrayLike<number>;
}

/** Operators by the name the files give them, each with its rules for disjoint types. */
export type TfliteOperators = Readonly<Record<string, readonly TfliteOperator[]>>;

const formats: Readonly<Record<string, IntFormat>> = {
  int8: INT8,
  uint8: UINT8,
  int16: INT16,
  int32: INT32,
};

export function formatOf({ dtype }: TfliteTensor): IntFormat {
  const format = formats[dtype];
  assert(format !== undefined, 'the tensor holds integers of at most 32 bits', { dtype });
  return format;
}

/** The scales of a tensor, one or one per channel. */
export function scalesOf({ scale }: TfliteTensor): readonly number[] {
  assert(scale !== undefined, 'the tensor has a scale', {});
  return typeof scale === 'number' ? [scale] : scale;
}

/** The scale of a tensor that has one. */
export function scaleOf(tensor: TfliteTensor): number {
  const scales = scalesOf(tensor);
  assert(scales.length === 1, 'the tensor has one scale', { scales: scales.length });
  return scales[0]!;
}

/** The zero point of a tensor; lists must repeat one value. */
export function zeroPointOf({ zero_point: zeroPoint }: TfliteTensor): number {
  const list = typeof zeroPoint === 'number' ? [zeroPoint] : (zeroPoint ?? []);
  assert(new Set(list).size === 1, 'the tensor has one zero point', { zeroPoint });
  return list[0]!;
}

export function gridOf(tensor: TfliteTensor): Grid {
  return { scale: scaleOf(tensor), zeroPoint: zeroPointOf(tensor), format: formatOf(tensor) };
}

/** A tensor as an activation of a graph. */
export function fed(tensor: TfliteTensor): TestOperand {
  return activation(formatOf(tensor), tensor.shape, tensor.data);
}

/** A param a rule cannot do without. */
export function param({ params }: TfliteCase, name: string): number {
  const value = params[name];
  assert(value !== undefined, 'the case has the param', { name });
  return value;
}

const activations: readonly FusedActivation[] = ['none', 'relu', 'reluN1To1', 'relu6'];

/** The bounds the fused activation, if any, puts on output codes. */
export function clampOf({ output, params }: TfliteCase): CodeRange {
  const fused = activations[params['act'] ?? 0];
  assert(fused !== undefined, 'the fused activation is known', { act: params['act'] });
  return activationRange(fused, gridOf(output));
}

export function clamped({ min, max }: CodeRange, code: number): number {
  return Math.max(min, Math.min(max, code));
}
