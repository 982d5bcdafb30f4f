import type { AffineGrid } from '../../arith/affine.js';
import { minOf } from '../../arith/int-format.js';
import { prepareReciprocalRoot, reciprocalRoot } from '../../arith/tflite/inverse-roots.js';
import { logisticInt8, prepareSigmoidInt8, tanhInt8 } from '../../arith/tflite/logistic-int8.js';
import type { UnaryFunction } from '../../ir/ops/elementwise.js';
import { tabulate, tfliteTable } from './tflite-tables.js';

/** The one grid that an 8-bit kernel writes. */
const isInt8On = ({ format, scale, zeroPoint }: AffineGrid, only: readonly [number, number]): boolean =>
  isInt8(format) && scale === only[0] && zeroPoint === only[1];

const isInt8 = ({ bits, signed }: AffineGrid['format']): boolean => bits === 8 && signed;

/**
 * Codes as TensorFlow Lite Micro's kernels make them (tensorflow/tflite-micro@90b983c2b3f1, `tensorflow/lite/micro/kernels/`):
 * LOGISTIC, TANH and RSQRT of int8 are in fixed point. The rest is as in TensorFlow Lite.
 */
export function microTable(
  f: UnaryFunction,
  input: AffineGrid,
  output: AffineGrid,
): readonly number[] | null {
  if (!isInt8(input.format)) return tfliteTable(f, input, output);
  if (f.kind === 'sigmoid' && isInt8On(output, [2 ** -8, -128])) {
    const parameters = prepareSigmoidInt8(input, 'double');
    return tabulate(input, (code) => logisticInt8(code, parameters));
  }
  if (f.kind === 'tanh' && isInt8On(output, [2 ** -7, 0])) {
    const parameters = prepareSigmoidInt8(input, 'double');
    return tabulate(input, (code) => tanhInt8(code, parameters));
  }
  // Codes below the zero point stop Micro's RSQRT: the host, which computes NaN of them, keeps grids that have some.
  const isRoot = f.kind === 'power' && f.exponent === -0.5;
  if (isRoot && isInt8(output.format) && input.zeroPoint === minOf(input.format)) {
    const parameters = prepareReciprocalRoot(input, output, 'double');
    return tabulate(input, (code) => reciprocalRoot(code, parameters));
  }
  return tfliteTable(f, input, output);
}
