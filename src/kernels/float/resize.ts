import type { FloatResize } from '../../ir/ops/resize.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { floats } from './operands.js';

/** Blends columns, then rows: `(1 − r) · ((1 − c) · a + c · b) + r · ((1 − c) · a' + c · b')`. */
export const resize: BindKernel<FloatResize> = (node, [x], { shape }) => {
  const [, inputHeight, inputWidth] = x!.shape as [number, number, number];
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const { rows, columns } = node;
  return (tensors) => {
    const values = floats(tensors[0]);
    const output = zeros('float32', shape);
    let to = 0;
    for (let image = 0; image < batch; image += 1) {
      for (let row = 0; row < height; row += 1) {
        const upperRow = (image * inputHeight + rows.lower[row]!) * inputWidth;
        const lowerRow = (image * inputHeight + rows.upper[row]!) * inputWidth;
        const r = rows.upperWeight[row]!;
        for (let column = 0; column < width; column += 1) {
          const left = columns.lower[column]!;
          const right = columns.upper[column]!;
          const c = columns.upperWeight[column]!;
          for (let channel = 0; channel < channels; channel += 1) {
            const at = (row: number, column: number): number => values[(row + column) * channels + channel]!;
            const above = (1 - c) * at(upperRow, left) + c * at(upperRow, right);
            const below = (1 - c) * at(lowerRow, left) + c * at(lowerRow, right);
            output.data[to] = (1 - r) * above + r * below;
            to += 1;
          }
        }
      }
    }
    return output;
  };
};
