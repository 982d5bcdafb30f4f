import type { Requantizer, RuleName } from '../../src/arith/index.js';
import type { RoundingMode } from '../../src/arith/rounding.js';
import { assert } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { OutputStage } from '../../src/kernels/fast/output-stage.js';
import { bindEpilogue } from '../../src/kernels/simd/epilogue.js';
import { KernelMemory, SLACK_BYTES } from '../../src/kernels/simd/kernel-memory.js';
import { parametersOf } from '../requantizers.js';
import type { Effort } from './results.js';
import { interleaved, repeated } from './rounds.js';

const ROWS = 56 * 56;
const CHANNELS = 64;
const COUNT = ROWS * CHANNELS;

/** In a round, for one of typed arrays. */
const EMITTED_RUNS = 20;

/** Of 3 x 3 x 64 products of int8. */
const LARGEST_SUM = 576 * 127 * 128;

const random = new Random(1);
const factors = Array.from({ length: CHANNELS }, () => (1 + random.integer(0, 1000) / 400) / 5000);
const sums = Int32Array.from({ length: COUNT }, () => random.integer(-600_000, 600_000));

const stack = (rule: RuleName): Requantizer => ({
  kind: 'stack',
  rule,
  channels: factors.map((factor) => parametersOf(rule, factor)),
});

const q31 = factors.map((factor) => parametersOf('tflite-double', factor));
const multipliers = q31.map(({ multiplier }) => multiplier!);
const leftShifts = q31.map(({ leftShift }) => leftShift!);
const house = (rounding: RoundingMode): Requantizer => ({
  kind: 'multiplyShift',
  rounding,
  multipliers,
  shifts: leftShifts.map((shift) => 31 - shift),
});

type NamedRequantizer = readonly [what: string, requantizer: Requantizer];

/** Those of quantized models: what bitmac makes by itself, and what the stacks that models come from compute. */
export const HOT: readonly NamedRequantizer[] = [
  ['multiplyShift halfUp', house('halfUp')],
  ['doubleRounding', { kind: 'doubleRounding', multipliers, leftShifts }],
  ...(
    [
      'tflite-single',
      'tflite-double',
      'cmsis-nn-double',
      'xnnpack-fp32',
      'xnnpack-rndnu',
      'onnxruntime',
    ] as const
  ).map((rule) => [rule, stack(rule)] as const),
];

export const OTHERS: readonly NamedRequantizer[] = [
  ['multiplyShift floor', house('floor')],
  ['multiplyShift halfEven', house('halfEven')],
  ['multiplyShift towardZero', house('towardZero')],
  ['shift halfEven', { kind: 'shift', rounding: 'halfEven', shifts: [12] }],
  ...(
    [
      'tflite-float64',
      'tosa-single',
      'tosa-double',
      'xnnpack-rndnu16',
      'fbgemm-fixed',
      'gemmini-scale',
      'gemmini-scale-c-model',
      'ap-fixed-trn-wrap',
    ] as const
  ).map((rule) => [rule, stack(rule)] as const),
];

const format = { bits: 8, signed: true };
const result = {
  shape: [ROWS, CHANNELS],
  type: { kind: 'int', format, quantization: null },
} as const;

/** How long a code takes on both ways. */
export interface Speeds {
  readonly ratio: number;
  readonly emittedNs: number;
  readonly typedNs: number;
}

async function race(
  [what, requantizer]: NamedRequantizer,
  largestSum: number,
  { rounds }: Effort,
): Promise<Speeds> {
  const node = {
    name: what,
    op: 'conv2d',
    requantizer,
    outputZeroPoint: -3,
    clamp: { min: -128, max: 127 },
  };
  const memory = new KernelMemory();
  const { workspace } = memory;
  const epilogue = bindEpilogue(node, result, CHANNELS, memory, largestSum);
  const [from, to] = [workspace.allocate(4 * COUNT + SLACK_BYTES), workspace.allocate(COUNT)];
  new Int32Array(workspace.memory.buffer, from, COUNT).set(sums);
  const emitted = new Int8Array(workspace.memory.buffer, to, COUNT);

  const stage = new OutputStage(node, result);
  const values = Float64Array.from(sums);
  const typed = new Int8Array(COUNT);
  const runEmitted = (): void => epilogue.run(from, 4 * CHANNELS, ROWS, to);
  const runTyped = (): void => stage.rows(values, CHANNELS, ROWS, CHANNELS, typed, 0);
  const contenders = { emitted: repeated(runEmitted, EMITTED_RUNS), typed: runTyped };
  const taken = await interleaved(contenders, { rounds, warmUp: 2 });
  assert(Buffer.compare(Buffer.from(emitted), Buffer.from(typed.buffer)) === 0, 'both are equal', { what });
  return {
    ratio: EMITTED_RUNS * taken.ratio('typed', 'emitted'),
    emittedNs: (taken.medianMs('emitted') * 1e6) / COUNT / EMITTED_RUNS,
    typedNs: (taken.medianMs('typed') * 1e6) / COUNT,
  };
}

/** Of a requantizer by its name: with the largest sum known, and with any int32. */
export interface Race {
  readonly known: Speeds;
  readonly any: Speeds;
}

/** Emitted epilogues beside the typed-array `OutputStage` on the same sums, those of a convolution of 56 x 56 x 64 on int8. */
export async function raceOf(what: string, effort: Effort): Promise<Race> {
  const requantizer = [...HOT, ...OTHERS].find(([name]) => name === what)!;
  return {
    known: await race(requantizer, LARGEST_SUM, effort),
    any: await race(requantizer, 2 ** 31, effort),
  };
}
