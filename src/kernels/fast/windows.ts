import type { Shape } from '../../tensor/shape.js';
import type { Window2d } from '../../tensor/window.js';

/** The input positions each output position meets along one axis, padding left out. */
export function metPositions(
  outputs: number,
  inputs: number,
  kernel: number,
  stride: number,
  pad: number,
  dilation: number,
): readonly (readonly number[])[] {
  return Array.from({ length: outputs }, (_output, output) =>
    Array.from({ length: kernel }, (_tap, tap) => output * stride - pad + tap * dilation).filter(
      (position) => position >= 0 && position < inputs,
    ),
  );
}

/** Called with the first `count` entries of `pixels`: where the pixels of a window begin; its result begins at `at`. */
export type VisitWindow = (pixels: Int32Array, count: number, at: number) => void;

/** Prepares a walk over all window positions of NHWC images, in the order of the output. */
export function windowWalk(node: Window2d, input: Shape, output: Shape): (visit: VisitWindow) => void {
  const [batch, height, width, channels] = input as [number, number, number, number];
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = node;
  const rows = metPositions(output[1]!, height, kernelHeight, strideHeight, node.padTop, dilationHeight);
  const columns = metPositions(output[2]!, width, kernelWidth, strideWidth, node.padLeft, dilationWidth);
  return (visit) => {
    const pixels = new Int32Array(kernelHeight * kernelWidth);
    let at = 0;
    for (let n = 0; n < batch; n += 1) {
      for (const metRows of rows) {
        for (const metColumns of columns) {
          let count = 0;
          for (const row of metRows) {
            for (const column of metColumns) {
              pixels[count] = ((n * height + row) * width + column) * channels;
              count += 1;
            }
          }
          visit(pixels, count, at);
          at += channels;
        }
      }
    }
  };
}
