import { INT32, INT8, type IntFormat } from '../src/arith/int-format.js';
import type { MultiplyShift } from '../src/arith/requantizer.js';
import { assert } from '../src/core/errors.js';
import { Random } from '../src/core/random.js';
import type { ValueType } from '../src/ir/graph.js';
import { conv2dShape, type IntConv2d, type IntDepthwiseConv2d } from '../src/ir/ops/conv2d.js';
import { conv2d } from '../src/kernels/fast/conv2d.js';
import { depthwiseConv2d } from '../src/kernels/fast/depthwise-conv2d.js';
import type { Operand } from '../src/kernels/kernel.js';
import { elementCount, type Shape } from '../src/tensor/shape.js';
import { tensor, type IntTensor } from '../src/tensor/tensor.js';
import { geometryOf, LAYERS, race, RACE_HEADER } from './convolution-race.js';

/** Speed of int8 convolutions, requantization included, beside the definition: `npx tsx benches/int-conv.bench.ts`. */

const random = new Random(1);

type Convolution = IntConv2d | IntDepthwiseConv2d;

function randomTensor(shape: Shape): IntTensor {
  return tensor(
    'int8',
    shape,
    Int8Array.from({ length: elementCount(shape) }, () => random.integer(-128, 127)),
  );
}

/** Seven loops and, for each sum, a rounding in the fewest exact operations: half up, shifts from 17 on. */
function definition(node: Convolution, [x, weight, bias]: readonly IntTensor[], shape: Shape): Int8Array {
  const { multipliers, shifts } = node.requantizer as MultiplyShift;
  const [, inputHeight, inputWidth, inputChannels] = x!.shape as [number, number, number, number];
  const [, height, width, outputs] = shape as [number, number, number, number];
  const groupInputs = weight!.shape[3]!;
  const groupOutputs = outputs / node.groups;
  const units = shifts.map((shift) => 2 ** (shift - 16));
  const y = new Int8Array(elementCount(shape));
  let at = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      for (let o = 0; o < outputs; o += 1) {
        const firstChannel = Math.floor(o / groupOutputs) * groupInputs;
        let sum = bias!.data[o]!;
        for (let k = 0; k < node.kernelHeight; k += 1) {
          const r = row * node.strideHeight - node.padTop + k;
          if (r < 0 || r >= inputHeight) continue; // the input's zero point is 0
          for (let j = 0; j < node.kernelWidth; j += 1) {
            const s = column * node.strideWidth - node.padLeft + j;
            if (s < 0 || s >= inputWidth) continue;
            const from = (r * inputWidth + s) * inputChannels + firstChannel;
            const w = ((o * node.kernelHeight + k) * node.kernelWidth + j) * groupInputs;
            for (let c = 0; c < groupInputs; c += 1) sum += x!.data[from + c]! * weight!.data[w + c]!;
          }
        }
        const top = (sum >> 16) * multipliers[o]! + Math.floor(((sum & 0xffff) * multipliers[o]!) / 0x10000);
        const rounded = Math.floor(top / units[o]! + 0.5);
        y[at] = Math.max(-128, Math.min(127, rounded + node.outputZeroPoint));
        at += 1;
      }
    }
  }
  return y;
}

const integers = (format: IntFormat): ValueType => ({ kind: 'int', format, quantization: null });

console.log(RACE_HEADER);
for (const layer of LAYERS) {
  const { what, size, channels, outputs, kernel, groups } = layer;
  const depth = (kernel * kernel * channels) / groups;
  const common = {
    name: what,
    inputs: ['x', 'weight', 'bias'],
    output: 'y',
    ...geometryOf(layer),
    inputZeroPoint: 0,
    weightZeroPoint: 0,
    requantizer: {
      kind: 'multiplyShift',
      rounding: 'halfUp',
      multipliers: Array.from({ length: outputs }, () => random.integer(2 ** 30, 2 ** 31 - 1)),
      shifts: Array.from({ length: outputs }, () => 38 + Math.round(Math.log2(depth) / 2)),
    },
    outputZeroPoint: -3,
    clamp: { min: -128, max: 127 },
  } as const;
  const x = randomTensor([1, size, size, channels]);
  const weight = randomTensor([outputs, kernel, kernel, channels / groups]);
  const bias = tensor(
    'int32',
    [outputs],
    Int32Array.from({ length: outputs }, () => random.integer(-999, 999)),
  );
  const constant = (values: IntTensor, format: IntFormat): Operand => ({
    shape: values.shape,
    type: integers(format),
    constant: values,
  });
  const operands = [
    { shape: x.shape, type: integers(INT8), constant: null },
    constant(weight, INT8),
    constant(bias, INT32),
  ];
  const shape = conv2dShape(common, [x.shape, weight.shape]);
  const result = { shape, type: integers(INT8) };
  const run =
    groups === 1
      ? conv2d({ ...common, op: 'conv2d' }, operands, result)
      : depthwiseConv2d({ ...common, op: 'depthwiseConv2d' }, operands, result);

  const fast = (): ArrayLike<number> => run([x, weight, bias]).data;
  const naive = (): Int8Array => definition({ ...common, op: 'conv2d' }, [x, weight, bias], shape);
  const expected = naive();
  assert(Buffer.compare(Buffer.from(fast() as Int8Array), Buffer.from(expected)) === 0, 'both are equal', {
    what,
  });

  console.log(await race(what, elementCount(shape) * depth, fast, naive));
}
