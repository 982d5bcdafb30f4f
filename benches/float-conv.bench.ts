import { Random } from '../src/core/random.js';
import { FLOAT32 } from '../src/ir/graph.js';
import { conv2dShape, type FloatConv2d } from '../src/ir/ops/conv2d.js';
import { conv2d } from '../src/kernels/float/conv2d.js';
import { elementCount, type Shape } from '../src/tensor/shape.js';
import { tensor, type FloatTensor } from '../src/tensor/tensor.js';
import { geometryOf, LAYERS, race, RACE_HEADER } from './convolution-race.js';

/** Speed of the float convolution beside a naive loop: `npx tsx benches/float-conv.bench.ts`. */

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

console.log(RACE_HEADER);
for (const layer of LAYERS) {
  const { what, size, channels, outputs, kernel, groups } = layer;
  const node: FloatConv2d = {
    op: 'conv2d',
    name: what,
    inputs: ['x', 'w'],
    output: 'y',
    activation: null,
    ...geometryOf(layer),
  };
  const x = randomTensor([1, size, size, channels]);
  const weight = randomTensor([outputs, kernel, kernel, channels / groups]);
  const shape = conv2dShape(node, [x.shape, weight.shape]);
  const operands = [x, weight].map((value) => ({ shape: value.shape, type: FLOAT32, constant: value }));
  const fast = conv2d(node, operands, { shape, type: FLOAT32 });
  const macs = elementCount(shape) * elementCount(weight.shape.slice(1));
  console.log(
    await race(
      what,
      macs,
      () => fast([x, weight]),
      () => naiveConv2d(node, x, weight, shape),
    ),
  );
}
