import type { Requantizer, RuleName } from '../src/arith/index.js';
import type { RoundingMode } from '../src/arith/rounding.js';
import { assert } from '../src/core/errors.js';
import { Random } from '../src/core/random.js';
import { OutputStage } from '../src/kernels/fast/output-stage.js';
import { bindEpilogue } from '../src/kernels/simd/epilogue.js';
import { KernelMemory, SLACK_BYTES } from '../src/kernels/simd/kernel-memory.js';
import { median, nanosecondsEach, parametersOf } from './requantizers.js';

/**
 * Emitted epilogues beside the typed-array `OutputStage` on the same sums, those of a convolution of 56 x 56 x 64 whose operands are
 * int8, by CPU time: `npx tsx benches/epilogue.bench.ts`. Factors differ by channel.
 */
const ROWS = 56 * 56;
const CHANNELS = 64;
const COUNT = ROWS * CHANNELS;
const ROUNDS = 9;

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

const REQUANTIZERS: readonly (readonly [what: string, requantizer: Requantizer])[] = [
  ['multiplyShift halfUp', house('halfUp')],
  ['multiplyShift floor', house('floor')],
  ['multiplyShift halfEven', house('halfEven')],
  ['multiplyShift towardZero', house('towardZero')],
  ['doubleRounding', { kind: 'doubleRounding', multipliers, leftShifts }],
  ['shift halfEven', { kind: 'shift', rounding: 'halfEven', shifts: [12] }],
  ...(
    [
      'tflite-single',
      'tflite-double',
      'tflite-float64',
      'cmsis-nn-double',
      'tosa-single',
      'tosa-double',
      'xnnpack-fp32',
      'xnnpack-rndnu',
      'xnnpack-rndnu16',
      'onnxruntime',
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

function race(what: string, requantizer: Requantizer, largestSum: number): string {
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
  const rounds = Array.from({ length: ROUNDS + 2 }, () => ({
    emitted: nanosecondsEach(runEmitted, 20, COUNT),
    typed: nanosecondsEach(runTyped, 1, COUNT),
  })).slice(2); // The first rounds compile.
  assert(Buffer.compare(Buffer.from(emitted), Buffer.from(typed.buffer)) === 0, 'both are equal', { what });
  const ratio = median(rounds.map((round) => round.typed / round.emitted));
  const [fast, slow] = [rounds.map((r) => r.emitted), rounds.map((r) => r.typed)].map(median);
  return [ratio.toFixed(1).padStart(6), fast!.toFixed(2).padStart(11), slow!.toFixed(1).padStart(9)].join('');
}

console.log('int8 from 3136 x 64 sums           largest sum known                     any int32');
console.log('                            ratio emitted ns typed ns       ratio emitted ns typed ns');
for (const [what, requantizer] of REQUANTIZERS) {
  const columns = [LARGEST_SUM, 2 ** 31].map((largestSum) => race(what, requantizer, largestSum));
  console.log(`${what.padEnd(27)}${columns.join('      ')}`);
}
