import { INT32, INT8 } from '../../../src/arith/int-format.js';
import { Random } from '../../../src/core/random.js';
import { GraphBuilder } from '../../../src/ir/builder.js';
import type { IntGraph, ValueType } from '../../../src/ir/graph.js';
import type { IntNode } from '../../../src/ir/operators.js';
import { elementCount, type Shape } from '../../../src/tensor/shape.js';
import { tensorFrom, type IntTensor } from '../../../src/tensor/tensor.js';
import { POINT_WINDOW } from '../../../src/tensor/window.js';

const IMAGE = [1, 50, 40, 24] as const;
const CHANNELS = IMAGE[3];
const LAYERS = 6;
const integers = (format: typeof INT8): ValueType => ({ kind: 'int', format, quantization: null });
const random = new Random(5);

function codes(shape: Shape): IntTensor {
  return tensorFrom(
    'int8',
    shape,
    Array.from({ length: elementCount(shape) }, () => random.integer(-128, 127)),
  );
}

const port = (value: string) => ({ name: value, value, permutation: null });

/** Layers that are large enough to be shared, of 3 x 3 windows: convolutions and depthwise ones in turn. */
export function largeLayers(): { readonly graph: IntGraph; readonly input: IntTensor } {
  const builder = new GraphBuilder<IntNode>();
  builder.addInput('y0', IMAGE, integers(INT8));
  const window = { ...POINT_WINDOW, kernelHeight: 3, kernelWidth: 3 };
  const padded = { ...window, padTop: 1, padBottom: 1, padLeft: 1, padRight: 1 };
  const grids = { inputZeroPoint: 3, weightZeroPoint: 0, outputZeroPoint: -4 };
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const isFull = layer % 2 === 0;
    const weight = codes([CHANNELS, 3, 3, isFull ? CHANNELS : 1]);
    builder.addConstant(`weight${layer}`, weight, integers(INT8));
    const bias = tensorFrom(
      'int32',
      [CHANNELS],
      Array.from({ length: CHANNELS }, (_, channel) => 100 * channel),
    );
    builder.addConstant(`bias${layer}`, bias, integers(INT32));
    const node = {
      ...padded,
      ...grids,
      groups: isFull ? 1 : CHANNELS,
      clamp: { min: -128, max: 127 },
      op: isFull ? 'conv2d' : 'depthwiseConv2d',
      requantizer: { kind: 'shift', rounding: 'halfUp', shifts: [isFull ? 10 : 8] },
      name: `layer${layer}`,
      inputs: [`y${layer}`, `weight${layer}`, `bias${layer}`],
      output: `y${layer + 1}`,
    } as const;
    builder.addNode(node, integers(INT8));
  }
  const graph = builder.finish<IntGraph>('integer', 'test', [port('y0')], [port(`y${LAYERS}`)], {});
  return { graph, input: codes(IMAGE) };
}
