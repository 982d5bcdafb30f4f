import { Random } from '../../src/core/random.js';
import { FLOAT32 } from '../../src/ir/graph.js';
import { conv2dShape, type FloatConv2d } from '../../src/ir/ops/conv2d.js';
import { conv2d } from '../../src/kernels/float/conv2d.js';
import { conv2dInputGradient } from '../../src/kernels/float/gradients/conv2d-input.js';
import { Conv2dParameterGradients } from '../../src/kernels/float/gradients/conv2d-parameters.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { tensor, type FloatTensor } from '../../src/tensor/tensor.js';
import { ModuleBuilder } from '../../src/wasm/module-builder.js';
import { f32x4, v128 } from '../../src/wasm/simd.js';
import { Workspace } from '../../src/wasm/workspace.js';
import { geometryOf } from '../convolution-race.js';
import { digits, measured, type Effort, type Results } from './results.js';
import { interleaved } from './rounds.js';

const SPEED = {
  what: 'float forward + dX + dW of a 3 × 3 convolution, 32 × 32 × 16 → 16, batch 32',
  unit: 'GMAC/s',
  mark: { atLeast: 8 },
} as const;
const SHARE = { what: 'the same float step, of the register-only loop', unit: '×', mark: null } as const;

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

/**
 * Speed of a step of training, forward and backward, weights packed anew in each, beside multiplications and additions that
 * never leave the registers.
 */
export async function floatTraining({ rounds }: Effort): Promise<Results> {
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
  const bound = conv2d(node, operands, { shape, type: FLOAT32 });
  const inputGradient = conv2dInputGradient(geometry, x.shape, weight.shape);
  const parameters = new Conv2dParameterGradients(geometry, x.shape, weight.shape);

  const registers = registerLoop();
  const forward = (): unknown => bound([x, weight]);
  const dX = (): unknown => inputGradient(gradient, weight);
  const dW = (): unknown => parameters.gradients(parameters.sums(x, gradient));
  const step = (): void => [forward, dX, dW].forEach((run) => run());
  const contenders = { registers, forward, dX, dW, step };
  const taken = await interleaved(contenders, { rounds, warmUp: 6 });

  type Name = keyof typeof contenders;
  const macsOf = (name: Name): number =>
    name === 'registers' ? REGISTER_STEPS * REGISTER_MACS : name === 'step' ? 3 * macs : macs;
  const speed = (name: Name): number => macsOf(name) / taken.medianMs(name) / 1e6;
  const share = (name: Name): number => (taken.ratio('registers', name) * macsOf(name)) / macsOf('registers');
  const names: readonly (readonly [Name, string])[] = [
    ['registers', 'registers alone'],
    ['forward', 'forward'],
    ['dX', 'dX'],
    ['dW', 'dW and db'],
    ['step', 'all three'],
  ];
  return {
    rows: [measured(SHARE, share('step')), measured(SPEED, speed('step'))],
    tables: [
      {
        title: 'Float training',
        header: ['pass', 'GMAC/s', 'of registers alone'],
        cells: names.map(([name, what]) => [what, digits(speed(name)), digits(share(name))]),
      },
    ],
  };
}
