import type { AffineGrid } from '../../arith/affine.js';

/**
 * Grids of results that kernels of TensorFlow Lite fix, whatever the input: they do not run on others (`Prepare` of
 * kernels/activations.cc), so there the operator stays in float32.
 */

/** Scales are compared to a thousandth, as the kernels do. */
const isOn = (grid: AffineGrid, scale: number, zeroPoint: number): boolean =>
  Math.abs(grid.scale - scale) <= scale / 1000 && grid.zeroPoint === zeroPoint;

/** SOFTMAX: 256 steps from 0 to 1 in 8 bits; 2^16 steps in 16 bits, half of them where the input has 16 bits, too. */
export function isSoftmaxGrid(input: AffineGrid, output: AffineGrid): boolean {
  const [from, to] = [input.format, output.format];
  if (to.bits === 8) {
    return from.bits === 8 && from.signed === to.signed && isOn(output, 2 ** -8, to.signed ? -128 : 0);
  }
  if (to.bits !== 16 || !to.signed || !from.signed) return false;
  return from.bits === 8 ? isOn(output, 2 ** -16, -32768) : from.bits === 16 && isOn(output, 2 ** -15, 0);
}

/** LOG_SOFTMAX: 256 steps of 1/16 that end at 0. */
export function isLogSoftmaxGrid({ format: from }: AffineGrid, output: AffineGrid): boolean {
  const to = output.format;
  const isSame = from.bits === 8 && to.bits === 8 && from.signed === to.signed;
  return isSame && isOn(output, 2 ** -4, to.signed ? 127 : 255);
}

/** LOGISTIC and TANH of int16: 2^15 steps from 0 to 1. */
export function isSigmoidInt16Grid(input: AffineGrid, output: AffineGrid): boolean {
  const isInt16 = [input, output].every(({ format }) => format.bits === 16 && format.signed);
  return isInt16 && isOn(output, 2 ** -15, 0);
}
