import { ruleOf, type RuleName } from '../src/arith/index.js';
import { assert } from '../src/core/errors.js';
import { Random } from '../src/core/random.js';
import { bindRule } from '../src/kernels/fast/requantizers/bind-rule.js';
import { interleaved, repeated } from './performance/rounds.js';
import { parametersOf } from './requantizers.js';

/**
 * Nanoseconds for each code of the fast requantizers, beside the bigint rules they are equal to, by CPU time:
 * `npx tsx benches/requantize.bench.ts`. One rule stands for each way of rounding and finishing.
 */
const REPRESENTATIVES: readonly (readonly [rule: RuleName, factor: number])[] = [
  ['shift-half-up', 2 ** -12],
  ['shift-half-even', 2 ** -12],
  ['multiply-shift-half-up', 1 / 5000],
  ['multiply-shift-half-even', 1 / 5000],
  ['multiply-shift-toward-zero', 1 / 5000],
  ['double-rounding', 1 / 5000],
  ['tflite-double', 1 / 5000],
  ['tflite-single', 1 / 5000],
  ['tflite-int64', 1 / 5000],
  ['tflite-float64', 1 / 5000],
  ['tflite-neon-single', 1 / 5000],
  ['cmsis-nn-s64', 1 / 5000],
  ['esp-nn-fast', 1 / 5000],
  ['xnnpack-fp32', 1 / 5000],
  ['xnnpack-rndnu', 1 / 5000],
  ['xnnpack-rndnu-neon', 1 / 5000],
  ['xnnpack-rndnu16', 1 / 5000],
  ['qnnpack-gemmlowp', 1 / 5000],
  ['fbgemm-float-avx2', 1 / 5000],
  ['fbgemm-fixed-avx2', 1 / 5000],
  ['onnx-reference', 1 / 5000],
  ['tosa-double', 1 / 5000],
  ['tvm-tonearest', 1 / 5000],
  ['ethos-u-tfl', 1 / 5000],
  ['nvdla-sdp', 2 ** -12],
  ['gemmini-scale-c-model', 1 / 5000],
  ['vta-shr', 2 ** -12],
  ['rvv-vsmul-rne', 2 ** -12],
  ['pulp-nn-64', 2 ** -12],
  ['ap-fixed-rnd-conv-sat', 2 ** -12],
  ['ap-fixed-trn-wrap', 2 ** -12],
];

const COUNT = 1 << 16;
/** Runs of the fast rule for one of the other. */
const FAST_RUNS = 20;
const OUTPUT = { zeroPoint: -3, min: -128, max: 127 };

const random = new Random(1);
const accumulators = Int32Array.from({ length: COUNT }, () => random.integer(-600_000, 600_000));
const exact = Array.from(accumulators, BigInt);

console.log('rule                         fast ns   bigint ns   ratio');
for (const [name, factor] of REPRESENTATIVES) {
  const parameters = parametersOf(name, factor);
  const { code } = ruleOf(name);
  const step = bindRule(name, parameters, OUTPUT);
  const fast = new Int16Array(COUNT);
  const slow = new Int16Array(COUNT);
  const runFast = (): void => {
    for (let i = 0; i < COUNT; i += 1) fast[i] = step(accumulators[i]!);
  };
  const runSlow = (): void => {
    for (let i = 0; i < COUNT; i += 1) slow[i] = Number(code({ acc: exact[i]!, parameters, output: OUTPUT }));
  };
  const taken = await interleaved({ fast: repeated(runFast, FAST_RUNS), slow: runSlow }, { warmUp: 1 });
  assert(Buffer.compare(Buffer.from(fast.buffer), Buffer.from(slow.buffer)) === 0, 'both are equal', {
    name,
  });
  const nanoseconds = (ms: number): number => (ms * 1e6) / COUNT;
  const columns = [
    nanoseconds(taken.medianMs('fast') / FAST_RUNS)
      .toFixed(1)
      .padStart(8),
    nanoseconds(taken.medianMs('slow')).toFixed(0).padStart(9),
    (FAST_RUNS * taken.ratio('slow', 'fast')).toFixed(0).padStart(5),
  ];
  console.log(`${name.padEnd(28)}${columns.join('   ')}`);
}
