import { Random } from '../src/core/random.js';
import { FLOAT32 } from '../src/ir/graph.js';
import { conv2dShape, type FloatConv2d } from '../src/ir/ops/conv2d.js';
import { conv2d } from '../src/kernels/float/conv2d.js';
import { conv2dInputGradient } from '../src/kernels/float/gradients/conv2d-input.js';
import { Conv2dParameterGradients } from '../src/kernels/float/gradients/conv2d-parameters.js';
import { elementCount, type Shape } from '../src/tensor/shape.js';
import { tensor, type FloatTensor } from '../src/tensor/tensor.js';
import { ModuleBuilder } from '../src/wasm/module-builder.js';
import { f32x4, v128 } from '../src/wasm/simd.js';
import { Workspace } from '../src/wasm/workspace.js';
import { geometryOf, median, secondsEach } from './convolution-race.js';

/**
 * Speed of a step of training, forward and backward, weights packed anew in each, beside multiplications and additions that
 * never leave the registers: `npx tsx benches/float-training.bench.ts`.
 */

const ROUNDS = 15;
/** Until what runs often is compiled well. */
const WARM_UP_ROUNDS = 6;

const LAYER = {
  what: '3x3 32x32x16-16',
  size: 32,
  channels: 16,
  outputs: 16,
  kernel: 3,
  stride: 1,
  groups: 1,
};
const BATCH = 32;

const random = new Random(1);
const randomTensor = (shape: Shape): FloatTensor =>
  tensor(
    'float32',
    shape,
    Float32Array.from({ length: elementCount(shape) }, () => random.uniform(-1, 1)),
  );

const REGISTER_STEPS = 1_000_000;
/** Of a step: a tile of two by four vectors. */
const REGISTER_MACS = 2 * 4 * 4;

/** `f32x4.mul` and `f32x4.add` on registers alone: the sums of a tile, as a kernel keeps them, without its loads. */
function registerLoop(): () => unknown {
  const module = new ModuleBuilder();
  module.define('multiply', { a: 'f32', b: 'f32', steps: 'i32', to: 'i32' }, (f, p) => {
    const factors = [p.a, p.b].map((value) => f.let('v128', f32x4.splat(value)));
    const vectors = [1, 2, 3, 4].map((value) => f.let('v128', f32x4.splat(value)));
    const sums = factors.map(() => vectors.map(() => f.let('v128', f32x4.splat(0))));
    const step = f.let('i32', 0);
    f.upTo(step, p.steps, 1, () => {
      factors.forEach((factor, row) => {
        // Another factor in every step: no product may be computed once for all.
        f.set(factor, v128.xor(factor, vectors[0]!));
        vectors.forEach((vector, column) => {
          const sum = sums[row]![column]!;
          f.set(sum, f32x4.add(sum, f32x4.mul(factor, vector)));
        });
      });
    });
    sums.flat().forEach((sum, i) => f.store('v128', p.to, sum, i * 16));
  });
  const workspace = new Workspace();
  const to = workspace.allocate(REGISTER_MACS * 4);
  const { multiply } = workspace.functions(new WebAssembly.Module(module.bytes()));
  return () => multiply!(0.5, 0.25, REGISTER_STEPS, to);
}

const geometry = geometryOf(LAYER);
const node: FloatConv2d = {
  op: 'conv2d',
  name: LAYER.what,
  inputs: ['x', 'w'],
  output: 'y',
  activation: null,
  ...geometry,
};
const x = randomTensor([BATCH, LAYER.size, LAYER.size, LAYER.channels]);
const weight = randomTensor([LAYER.outputs, LAYER.kernel, LAYER.kernel, LAYER.channels]);
const shape = conv2dShape(node, [x.shape, weight.shape]);
const gradient = randomTensor(shape);
const macs = elementCount(shape) * elementCount(weight.shape.slice(1));

const operands = [x, weight].map((value) => ({ shape: value.shape, type: FLOAT32, constant: null }));
const forward = conv2d(node, operands, { shape, type: FLOAT32 });
const inputGradient = conv2dInputGradient(geometry, x.shape, weight.shape);
const parameters = new Conv2dParameterGradients(geometry, x.shape, weight.shape);

const passes = [
  { what: 'registers alone', macs: REGISTER_STEPS * REGISTER_MACS, run: registerLoop() },
  { what: 'forward', macs, run: () => forward([x, weight]) },
  { what: 'dX', macs, run: () => inputGradient(gradient, weight) },
  { what: 'dW and db', macs, run: () => parameters.gradients(parameters.sums(x, gradient)) },
];
const rounds = Array.from({ length: WARM_UP_ROUNDS + ROUNDS }, () =>
  passes.map(({ run, macs }) => ({ macs, seconds: secondsEach(run, 1) })),
).slice(WARM_UP_ROUNDS);

/** GMAC/s of some passes together, of each round. */
const speeds = (first: number, end: number): number[] =>
  rounds.map((round) => {
    const part = round.slice(first, end);
    return (
      part.reduce((sum, { macs }) => sum + macs, 0) /
      part.reduce((sum, { seconds }) => sum + seconds, 0) /
      1e9
    );
  });

console.log(`${LAYER.what}, batch ${BATCH}    GMAC/s   of registers`);
const ofRegisters = speeds(0, 1);
const rows = [
  ...passes.map(({ what }, pass) => ({ what, speed: speeds(pass, pass + 1) })),
  { what: 'all three', speed: speeds(1, passes.length) },
];
for (const { what, speed } of rows) {
  const ratio = median(speed.map((value, round) => value / ofRegisters[round]!));
  console.log(
    `${what.padEnd(24)}${median(speed).toFixed(2).padStart(13)}   ${ratio.toFixed(2).padStart(12)}`,
  );
}
