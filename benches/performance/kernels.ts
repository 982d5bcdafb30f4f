import { performance } from 'node:perf_hooks';
import { Random } from '../../src/core/random.js';
import { INT8 } from '../../src/arith/int-format.js';
import type { MultiplyShift } from '../../src/arith/requantizer.js';
import type { IntConv2d } from '../../src/ir/ops/conv2d.js';
import { emitted } from '../../src/kernels/simd/emitted.js';
import { bindConvolution } from '../../src/kernels/simd/convolution.js';
import { KernelMemory } from '../../src/kernels/simd/kernel-memory.js';
import { packPanels } from '../../src/kernels/simd/packed-panels.js';
import { paddedBias, PanelProduct } from '../../src/kernels/simd/panel-product.js';
import { tileFor } from '../../src/kernels/simd/tile-choice.js';
import { bindWinograd } from '../../src/kernels/simd/winograd.js';
import { tensor } from '../../src/tensor/tensor.js';
import type { ModuleBuilder } from '../../src/wasm/module-builder.js';
import { i32x4 } from '../../src/wasm/simd.js';
import { digits, measured, type Effort, type Results } from './results.js';
import { interleaved, type Contender } from './rounds.js';

const GEMM = {
  what: 'int8 GEMM 512 × 512 × 512, sums alone, of the register-only loop',
  unit: '×',
  mark: { atLeast: 0.82 },
} as const;
const CONVOLUTION = {
  what: '3 × 3 convolution 56 × 56 × 64 → 64, sums alone, of the register-only loop',
  unit: '×',
  mark: { atLeast: 0.82 },
} as const;
const LAYER = {
  what: 'the same convolution as a layer, of its sums alone',
  unit: '×',
  mark: { atLeast: 0.9 },
} as const;

const FEWER_PRODUCTS = {
  what: 'the same layer as it runs, with a quarter of the products (Winograd), of its sums alone',
  unit: '×',
  mark: null,
} as const;

/** As many as there are registers for. */
const CHAINS = 13;
const TURNS = 300_000;
const TRIALS = 8;

/** Chains of dot and add that never leave the registers: what 128-bit vectors can do at most. */
function defineBound(module: ModuleBuilder): void {
  module.define('bound', { turns: 'i32', to: 'i32' }, (f, { turns, to }) => {
    const factor = f.let('v128', i32x4.splat(to));
    const chains = Array.from({ length: CHAINS }, () => f.let('v128', i32x4.splat(turns)));
    f.doWhile(() => {
      // Each chain multiplies itself: a product of constants would be taken out of the loop.
      for (const chain of chains) f.set(chain, i32x4.add(chain, i32x4.dotI16x8S(chain, factor)));
      f.increase(turns, -1);
    }, turns);
    chains.forEach((chain, index) => f.store('v128', to, chain, 16 * index));
  });
}

/**
 * The speed of the bound in GMAC/s, as far as it was seen. Processors run the very same loop at one of two speeds, 33 or 47 GMAC/s on one
 * of ours, by how its instructions happen to meet their ports: the bound is the fastest of all trials.
 */
class Bound {
  readonly #run: () => unknown;
  #leastMs = Infinity;

  constructor() {
    const { workspace } = new KernelMemory();
    const { bound } = workspace.functions(emitted('bench: bound', defineBound));
    const to = workspace.allocate(16 * CHAINS);
    this.#run = () => bound!(TURNS, to);
  }

  tryAgain(): void {
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const start = performance.now();
      this.#run();
      this.#leastMs = Math.min(this.#leastMs, performance.now() - start);
    }
  }

  get speed(): number {
    return (CHAINS * 8 * TURNS) / this.#leastMs / 1e6;
  }
}

/** Sums of a product with random operands of int8. */
function product(
  rows: number,
  columns: number,
  taps: number,
  run: number,
  starts: Int32Array,
  tapOffsets: Int32Array,
  length: number,
): Contender {
  const random = new Random(1);
  const memory = new KernelMemory();
  const { workspace } = memory;
  const codes = (count: number) => Int16Array.from({ length: count }, () => random.integer(-128, 127));
  const tile = tileFor(columns, rows * columns * taps * run);
  const bound = new PanelProduct(columns, starts, { taps: tapOffsets, run }, tile, 'int16', memory);
  const depth = taps * run;
  const matrix = {
    values: codes(columns * depth),
    start: 0,
    columns,
    columnStride: depth,
    taps,
    tapStride: run,
    run,
    depthStride: 1,
    zeroPoint: 0,
  };
  const weights = workspace.constant(packPanels(matrix, tile, 'int16'));
  const bias = paddedBias(new Int32Array(columns), tile);
  const [biasAt, activations] = [workspace.constant(bias), workspace.constant(codes(length))];
  const sums = workspace.allocate(4 * rows * bias.length);
  return () => bound.writeSums(activations, rows, weights, biasAt, sums, 4 * bias.length);
}

const SIZE = 512;
const [EXTENT, CHANNELS] = [56, 64];
const CONVOLUTION_MACS = EXTENT * EXTENT * CHANNELS * CHANNELS * 9;

function gemm(): Contender {
  const starts = Int32Array.from({ length: SIZE }, (_, row) => row * SIZE);
  return product(SIZE, SIZE, 1, SIZE, starts, Int32Array.of(0), SIZE * SIZE);
}

/** The sums of a band of rows of the convolution after another, each on its canvas, as the layer takes them. */
function convolutionSums(): Contender {
  const stride = (EXTENT + 2) * CHANNELS;
  const rows = 14;
  const starts = Int32Array.from({ length: rows * EXTENT }, (_, pixel) => {
    return Math.floor(pixel / EXTENT) * stride + (pixel % EXTENT) * CHANNELS;
  });
  const taps = Int32Array.of(0, stride, 2 * stride);
  const band = product(starts.length, CHANNELS, 3, 3 * CHANNELS, starts, taps, (rows + 2) * stride);
  return () => {
    for (let row = 0; row < EXTENT; row += rows) band();
  };
}

/** @param bind the kernel of the layer. */
function convolutionLayer(bind: typeof bindWinograd): Contender {
  const random = new Random(2);
  const memory = new KernelMemory();
  const shape = [1, EXTENT, EXTENT, CHANNELS];
  const codes = (count: number) => Int8Array.from({ length: count }, () => random.integer(-128, 127));
  const type = { kind: 'int', format: INT8, quantization: null } as const;
  const requantizer: MultiplyShift = {
    kind: 'multiplyShift',
    rounding: 'halfUp',
    multipliers: Array.from({ length: CHANNELS }, () => random.integer(2 ** 30, 2 ** 31 - 1)),
    shifts: Array.from({ length: CHANNELS }, () => random.integer(40, 42)),
  };
  const node: IntConv2d = {
    op: 'conv2d',
    name: 'conv',
    inputs: ['x', 'w', 'b'],
    output: 'y',
    kernelHeight: 3,
    kernelWidth: 3,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: 1,
    padBottom: 1,
    padLeft: 1,
    padRight: 1,
    groups: 1,
    inputZeroPoint: 3,
    weightZeroPoint: 0,
    requantizer,
    outputZeroPoint: -5,
    clamp: { min: -128, max: 127 },
  };
  const weight = tensor('int8', [CHANNELS, 3, 3, CHANNELS], codes(CHANNELS * CHANNELS * 9));
  const bias = tensor('int32', [CHANNELS], new Int32Array(CHANNELS));
  const x = tensor('int8', shape, codes(EXTENT * EXTENT * CHANNELS));
  const operand = { shape, type, constant: null };
  const constants = [weight, bias].map((constant) => ({ shape: constant.shape, type, constant }));
  const run = bind(node, [operand, ...constants], { shape, type }, memory)!;
  return () => {
    memory.begin();
    run([x, weight, bias]);
  };
}

/** All contenders in the same rounds, one thread. */
export async function kernels({ rounds }: Effort): Promise<Results> {
  const bound = new Bound();
  const contenders = {
    bound: () => bound.tryAgain(),
    gemm: gemm(),
    sums: convolutionSums(),
    layer: convolutionLayer((node, operands, result, memory) =>
      bindConvolution(node, node, operands, result, operands[0]!.shape, result.shape, memory),
    ),
    fewerProducts: convolutionLayer(bindWinograd),
  };
  const taken = await interleaved(contenders, { rounds, warmUp: 20 });
  const macs = { gemm: SIZE ** 3, sums: CONVOLUTION_MACS };
  const speed = (name: keyof typeof macs): number => macs[name] / taken.medianMs(name) / 1e6;
  const ofBound = (name: keyof typeof macs): number => speed(name) / bound.speed;
  const beside = (name: keyof typeof macs): string =>
    `${digits(speed(name))} of ${digits(bound.speed)} GMAC/s`;
  return {
    rows: [
      measured(GEMM, ofBound('gemm'), beside('gemm')),
      measured(CONVOLUTION, ofBound('sums'), beside('sums')),
      measured(LAYER, taken.ratio('sums', 'layer'), `${digits(taken.medianMs('layer'))} ms a layer`),
      measured(
        FEWER_PRODUCTS,
        taken.ratio('sums', 'fewerProducts'),
        `${digits(taken.medianMs('fewerProducts'))} ms a layer`,
      ),
    ],
    tables: [],
  };
}
