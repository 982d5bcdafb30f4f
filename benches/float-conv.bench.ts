import { Random } from '../src/core/random.js';
import { FLOAT32 } from '../src/ir/graph.js';
import { conv2dShape, type FloatConv2d } from '../src/ir/ops/conv2d.js';
import { conv2d } from '../src/kernels/float/conv2d.js';
import { elementCount, type Shape } from '../src/tensor/shape.js';
import { tensor, type FloatTensor } from '../src/tensor/tensor.js';

/** Speed of the float convolution beside a naive loop, interleaved in one process: `npx tsx benches/float-conv.bench.ts`. */
const layers = [
  { what: '3x3 56x56x64-64', size: 56, channels: 64, outputs: 64, kernel: 3, stride: 1, groups: 1 },
  { what: '1x1 56x56x128-32', size: 56, channels: 128, outputs: 32, kernel: 1, stride: 1, groups: 1 },
  { what: '7x7/2 112x112x3-64', size: 112, channels: 3, outputs: 64, kernel: 7, stride: 2, groups: 1 },
  { what: '3x3 14x14x256-256', size: 14, channels: 256, outputs: 256, kernel: 3, stride: 1, groups: 1 },
  { what: '3x3 32x32x16-16', size: 32, channels: 16, outputs: 16, kernel: 3, stride: 1, groups: 1 },
  {
    what: 'depthwise 3x3 56x56x128',
    size: 56,
    channels: 128,
    outputs: 128,
    kernel: 3,
    stride: 1,
    groups: 128,
  },
];

const ROUNDS = 7;

const random = new Random(1);
const randomTensor = (shape: Shape): FloatTensor =>
  tensor(
    'float32',
    shape,
    Float32Array.from({ length: elementCount(shape) }, () => random.uniform(-1, 1)),
  );

/** The definition as seven loops, taps outside the image skipped. */
function naiveConv2d(node: FloatConv2d, x: FloatTensor, weight: FloatTensor, shape: Shape): FloatTensor {
  const [, inputHeight, inputWidth, inputChannels] = x.shape as [number, number, number, number];
  const [batch, height, width, outputs] = shape as [number, number, number, number];
  const groupChannels = weight.shape[3]!;
  const groupOutputs = outputs / node.groups;
  const y = new Float32Array(elementCount(shape));
  let at = 0;
  for (let n = 0; n < batch; n += 1) {
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        for (let o = 0; o < outputs; o += 1) {
          const firstChannel = Math.floor(o / groupOutputs) * groupChannels;
          let sum = 0;
          for (let k = 0; k < node.kernelHeight; k += 1) {
            const r = row * node.strideHeight - node.padTop + k;
            if (r < 0 || r >= inputHeight) continue;
            for (let j = 0; j < node.kernelWidth; j += 1) {
              const s = column * node.strideWidth - node.padLeft + j;
              if (s < 0 || s >= inputWidth) continue;
              const from = ((n * inputHeight + r) * inputWidth + s) * inputChannels + firstChannel;
              const w = ((o * node.kernelHeight + k) * node.kernelWidth + j) * groupChannels;
              for (let c = 0; c < groupChannels; c += 1) sum += x.data[from + c]! * weight.data[w + c]!;
            }
          }
          y[at] = sum;
          at += 1;
        }
      }
    }
  }
  return tensor('float32', shape, y);
}

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

console.log('layer                      fast GMAC/s   naive GMAC/s   ratio');
for (const { what, size, channels, outputs, kernel, stride, groups } of layers) {
  const pad = Math.floor(kernel / 2);
  const node: FloatConv2d = {
    op: 'conv2d',
    name: what,
    inputs: ['x', 'w'],
    output: 'y',
    groups,
    activation: null,
    kernelHeight: kernel,
    kernelWidth: kernel,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: pad,
    padBottom: pad,
    padLeft: pad,
    padRight: pad,
  };
  const x = randomTensor([1, size, size, channels]);
  const weight = randomTensor([outputs, kernel, kernel, channels / groups]);
  const shape = conv2dShape(node, [x.shape, weight.shape]);
  const operands = [x, weight].map((value) => ({ shape: value.shape, type: FLOAT32, constant: value }));
  const fast = conv2d(node, operands, { shape, type: FLOAT32 });

  const macs = elementCount(shape) * elementCount(weight.shape.slice(1));
  const repeats = Math.max(1, Math.round(5e7 / macs));
  const measure = (run: () => unknown): number =>
    cpuSeconds(() => {
      for (let i = 0; i < repeats; i += 1) run();
    });
  const rounds = Array.from({ length: ROUNDS }, () => ({
    fast: measure(() => fast([x, weight])),
    naive: measure(() => naiveConv2d(node, x, weight, shape)),
  })).slice(1); // The first round compiles.
  const speed = (seconds: readonly number[]): string =>
    ((macs * repeats) / median(seconds) / 1e9).toFixed(2).padStart(12);
  const ratio = median(rounds.map((round) => round.naive / round.fast)).toFixed(1);
  console.log(
    `${what.padEnd(24)}${speed(rounds.map((r) => r.fast))}   ${speed(rounds.map((r) => r.naive))}   ${ratio.padStart(5)}`,
  );
}
