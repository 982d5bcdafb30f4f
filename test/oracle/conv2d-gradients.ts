import type { Conv2dGeometry } from '../../src/ir/ops/conv2d.js';
import type { Values } from './float-ops.js';

/** The gradients of a loss in the operands of a convolution. */
export interface Gradients {
  readonly input: readonly number[];
  readonly weight: readonly number[];
  readonly bias: readonly number[];
}

/**
 * The chain rule product by product, in doubles: wherever an output took up `x · w`, `w · dY` belongs to x and `x · dY` to w.
 *
 * @param gradient dY, NHWC
 */
export function conv2dGradients(
  node: Conv2dGeometry,
  x: Values,
  weight: Values,
  gradient: Values,
): Gradients {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [outputs, kernelHeight, kernelWidth, groupChannels] = weight.shape as [
    number,
    number,
    number,
    number,
  ];
  const [, rows, columns] = gradient.shape as [number, number, number];
  const ofX = Array.from({ length: x.data.length }, () => 0);
  const ofWeight = Array.from({ length: weight.data.length }, () => 0);
  const ofBias = Array.from({ length: outputs }, () => 0);
  for (let image = 0; image < batch; image += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        for (let output = 0; output < outputs; output += 1) {
          const dy = gradient.data[((image * rows + row) * columns + column) * outputs + output]!;
          ofBias[output]! += dy;
          const firstChannel = Math.floor((output * node.groups) / outputs) * groupChannels;
          for (let k = 0; k < kernelHeight; k += 1) {
            for (let j = 0; j < kernelWidth; j += 1) {
              const y = row * node.strideHeight - node.padTop + k * node.dilationHeight;
              const z = column * node.strideWidth - node.padLeft + j * node.dilationWidth;
              if (y < 0 || y >= height || z < 0 || z >= width) continue;
              for (let c = 0; c < groupChannels; c += 1) {
                const atX = ((image * height + y) * width + z) * channels + firstChannel + c;
                const atWeight = ((output * kernelHeight + k) * kernelWidth + j) * groupChannels + c;
                ofX[atX]! += weight.data[atWeight]! * dy;
                ofWeight[atWeight]! += x.data[atX]! * dy;
              }
            }
          }
        }
      }
    }
  }
  return { input: ofX, weight: ofWeight, bias: ofBias };
}
