import type { AffineGrid } from '../../arith/affine.js';
import { minOf } from '../../arith/int-format.js';
import { prepareReciprocalRoot, reciprocalRoot } from '../../arith/tflite/inverse-roots.js';
import { logisticInt8, prepareSigmoidInt8, tanhInt8 } from '../../arith/tflite/logistic-int8.js';
import { addScaling, subScaling } from '../../arith/tflite/sums.js';
import type { StackOperators } from './stack-operators.js';
import { tfliteOperators, tfliteSum } from './tflite-operators.js';
import { tabulate } from './tflite-tables.js';

/** The one grid that an 8-bit kernel writes, whatever the file says. */
const isGrid = (grid: AffineGrid, scale: number, zeroPoint: number): boolean =>
  grid.format.bits === 8 && grid.format.signed && grid.scale === scale && grid.zeroPoint === zeroPoint;

/**
 * TensorFlow Lite Micro's kernels in their default build, where they are not those of TensorFlow Lite
 * (tensorflow/tflite-micro@90b983c2b3f1, `tensorflow/lite/micro/kernels/`): SUB has float32 ratios of scales; LOGISTIC and
 * TANH of int8 are in fixed point instead of tables made in float32; RSQRT of int8 is in fixed point, too.
 */
export const tfliteMicroOperators: StackOperators = {
  ...tfliteOperators,
  sum: (op, operands) => tfliteSum(op, operands, op === 'sub' ? subScaling : addScaling),
  table: (f, input, output) => {
    const isInt8 = input.format.bits === 8 && input.format.signed;
    if (isInt8 && f.kind === 'sigmoid' && isGrid(output, 2 ** -8, -128)) {
      const parameters = prepareSigmoidInt8(input, 'double');
      return tabulate(input, (code) => logisticInt8(code, parameters));
    }
    if (isInt8 && f.kind === 'tanh' && isGrid(output, 2 ** -7, 0)) {
      const parameters = prepareSigmoidInt8(input, 'double');
      return tabulate(input, (code) => tanhInt8(code, parameters));
    }
    // Codes below the zero point stop Micro's RSQRT: the host, which computes NaN of them, keeps grids that have some.
    const isRoot = f.kind === 'power' && f.exponent === -0.5;
    if (isInt8 && isRoot && output.format.bits === 8 && input.zeroPoint === minOf(input.format)) {
      const parameters = prepareReciprocalRoot(input, output, 'double');
      return tabulate(input, (code) => reciprocalRoot(code, parameters));
    }
    return tfliteOperators.table(f, input, output);
  },
};
