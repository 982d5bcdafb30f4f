import type { Random } from '../../src/core/random.js';
import { CLASS_COUNT } from './draw.js';
import { BatchNorm } from './layers/batch-norm.js';
import { Conv, type ConvExtents } from './layers/conv.js';
import { Dense } from './layers/dense.js';
import { DepthwiseConv, type DepthwiseExtents } from './layers/depthwise-conv.js';
import { GlobalAveragePool } from './layers/global-average-pool.js';
import { MaxPool } from './layers/max-pool.js';
import { Relu } from './layers/relu.js';
import { Residual } from './layers/residual.js';
import { Sequence } from './layers/sequence.js';

type LeafLayer = BatchNorm | Conv | Dense | DepthwiseConv | GlobalAveragePool | MaxPool | Relu;

/** Every layer the exporter knows. */
export type NetworkLayer = LeafLayer | Residual<Sequence<NetworkLayer>>;
export type Network = Sequence<NetworkLayer>;

/**
 * A small residual network for 28x28 grayscale images:
 *
 *     28x28x1   conv 3x3 /2                          -> 14x14x16
 *     14x14x16  depthwise 3x3, pointwise 1x1         -> 14x14x32
 *     14x14x32  max pool 2x2                         -> 7x7x32
 *     7x7x32    x + (conv 3x3, conv 3x3)             -> 7x7x32
 *     7x7x32    depthwise 3x3 /2, pointwise 1x1      -> 4x4x64
 *     4x4x64    global average pool, fully connected -> 10 logits
 *
 * Batch normalization follows every convolution, ReLU every normalization and the residual sum.
 */
export function digitsNetwork(random: Random): Network {
  const conv = (extents: ConvExtents): NetworkLayer[] => [
    new Conv(extents, random),
    new BatchNorm(extents.outputChannels),
  ];
  const depthwise = (extents: DepthwiseExtents): NetworkLayer[] => [
    new DepthwiseConv(extents, random),
    new BatchNorm(extents.channels),
  ];
  const [narrow, middle, wide] = [16, 32, 64];

  return new Sequence([
    ...conv({ kernel: 3, stride: 2, inputChannels: 1, outputChannels: narrow }),
    new Relu(),
    ...depthwise({ kernel: 3, stride: 1, channels: narrow }),
    new Relu(),
    ...conv({ kernel: 1, stride: 1, inputChannels: narrow, outputChannels: middle }),
    new Relu(),
    new MaxPool(),
    new Residual(
      new Sequence([
        ...conv({ kernel: 3, stride: 1, inputChannels: middle, outputChannels: middle }),
        new Relu(),
        ...conv({ kernel: 3, stride: 1, inputChannels: middle, outputChannels: middle }),
      ]),
    ),
    new Relu(),
    ...depthwise({ kernel: 3, stride: 2, channels: middle }),
    new Relu(),
    ...conv({ kernel: 1, stride: 1, inputChannels: middle, outputChannels: wide }),
    new Relu(),
    new GlobalAveragePool(),
    new Dense({ inputs: wide, outputs: CLASS_COUNT }, random),
  ]);
}
