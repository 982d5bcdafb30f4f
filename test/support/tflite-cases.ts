import { readFileSync } from 'node:fs';
import { INT16, INT32, INT8, maxOf, minOf, type IntFormat } from '../../src/arith/int-format.js';
import { quantizeMultiplier, requantizerFor } from '../../src/arith/index.js';
import type { CodeRange, Requantizer } from '../../src/arith/requantizer.js';
import { roundHalfAway } from '../oracle/round-double.js';
import { sharedPath } from './shared.js';

/** A tensor of `vectors/ops/tflite_*.json`: scales are float32 values, per-channel ones come as lists. */
export interface TfliteTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly scale: number | readonly number[];
  readonly zero_point: number;
  readonly data: readonly number[];
}

export interface TfliteCase {
  readonly params: Readonly<Record<string, number>>;
  readonly inputs: readonly TfliteTensor[];
  readonly output: TfliteTensor;
  readonly expected: readonly number[];
  readonly expected_single_rounding?: readonly number[];
}

/** TFLite is built with two roundings or one; a case holds the answers of both builds. */
export type Build = 'double' | 'single';
export const BUILDS: readonly Build[] = ['double', 'single'];

/** The cases of `vectors/ops/tflite_<operator>.json` whose first input and output have the given types. */
export function tfliteCases(operator: string, types: readonly string[]): TfliteCase[] {
  const path = sharedPath('vectors', 'ops', `tflite_${operator}.json`)!;
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: TfliteCase[] };
  return cases.filter(({ inputs, output }) => types.includes(`${inputs[0]!.dtype}->${output.dtype}`));
}

export function expectedOf(testCase: TfliteCase, build: Build): readonly number[] {
  return (build === 'single' ? testCase.expected_single_rounding : undefined) ?? testCase.expected;
}

const formats: Readonly<Record<string, IntFormat>> = { int8: INT8, int16: INT16, int32: INT32 };

export function formatOfTensor({ dtype }: TfliteTensor): IntFormat {
  return formats[dtype]!;
}

/** The scale of a tensor that has one. */
export function scaleOf({ scale }: TfliteTensor): number {
  return scale as number;
}

/** The scales of a tensor that may have one per channel. */
export function scalesOf({ scale }: TfliteTensor): readonly number[] {
  return typeof scale === 'number' ? [scale] : scale;
}

/** `CalculateActivationRangeQuantized`: the fused activation as bounds on output codes. */
export function clampOf({ output, params }: TfliteCase): CodeRange {
  const format = formatOfTensor(output);
  const quantized = (real: number): number =>
    output.zero_point + roundHalfAway(Math.fround(real / scaleOf(output)));
  const [low, high] = [
    [-Infinity, Infinity],
    [0, Infinity],
    [-1, 1],
    [0, 6],
  ][params['act'] ?? 0]!;
  return {
    min: Math.max(minOf(format), quantized(low!)),
    max: Math.min(maxOf(format), quantized(high!)),
  };
}

/** A multiplier that TFLite changes after `QuantizeMultiplier`, in the form of either build. */
export function requantizerOf(multiplier: number, leftShift: number, build: Build): Requantizer {
  return build === 'double'
    ? { kind: 'doubleRounding', multipliers: [multiplier], leftShifts: [leftShift] }
    : { kind: 'multiplyShift', rounding: 'halfUp', multipliers: [multiplier], shifts: [31 - leftShift] };
}

/** MEAN folds 1 / count into the multiplier with a truncating division (`reference/reduce.h`, `QuantizedMeanOrSum`). */
export function meanRequantizer(factor: number, count: number, build: Build): Requantizer {
  const { multiplier, leftShift } = quantizeMultiplier(factor);
  const shift = Math.min(Math.floor(Math.log2(count)), 32, 31 + leftShift);
  const divided = (BigInt(multiplier) << BigInt(shift)) / BigInt(count);
  return requantizerOf(Number(divided), leftShift - shift, build);
}

/** One requantizer a channel for `inputScale · weightScale / outputScale`, evaluated in double. */
export function channelRequantizer(
  x: TfliteTensor,
  weight: TfliteTensor,
  y: TfliteTensor,
  build: Build,
): Requantizer {
  return requantizerFor(
    scalesOf(weight).map((scale) => (scaleOf(x) * scale) / scaleOf(y)),
    build,
  );
}

/** Padding of one axis: 1 is SAME (the odd element goes to the end), 2 is VALID. */
export function paddingOf(
  kind: number,
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
): { readonly before: number; readonly after: number } {
  if (kind === 2) return { before: 0, after: 0 };
  const covered = (Math.ceil(input / stride) - 1) * stride + (kernel - 1) * dilation + 1;
  const total = Math.max(covered - input, 0);
  return { before: Math.floor(total / 2), after: total - Math.floor(total / 2) };
}

/** Runs every case under both builds; lists the ones with a wrong code. */
export function failures(
  cases: readonly TfliteCase[],
  run: (testCase: TfliteCase, build: Build) => { readonly data: ArrayLike<number> },
): string[] {
  return BUILDS.flatMap((build) =>
    cases.flatMap((testCase, index) => {
      const observed = Array.from(run(testCase, build).data).join();
      const expected = expectedOf(testCase, build).join();
      return observed === expected
        ? []
        : [`${build} build, case ${index}: ${observed}, expected ${expected}`];
    }),
  );
}
