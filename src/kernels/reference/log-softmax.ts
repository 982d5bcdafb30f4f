import { fixedPointLn } from '../../arith/integer-math.js';
import type { IntLogSoftmax } from '../../ir/ops/normalization.js';
import type { BindKernel } from '../kernel.js';
import { asInt32, outputCode } from './output-code.js';
import { mapRows } from './tabulate.js';

/**
 * Log-softmax of one row, our own recipe; every value has `fractionBits` fraction bits:
 *
 *     dᵢ  = differences[max x − xᵢ]                      inputScale · (xᵢ − max x)
 *     S   = Σ exponentials[max x − xᵢ], int32            at least 1, from the maximum itself
 *     L   = fixedPointLn(S)                              stated in `arith/integer-math.ts`
 *     yᵢ  = clamp(requantize(dᵢ − L) + outputZeroPoint)  dᵢ − L in int32
 */
export const logSoftmax: BindKernel<IntLogSoftmax> =
  (node, _operands, result) =>
  ([x, differences, exponentials]) =>
    mapRows(x!, result, (row) => {
      const maximum = Math.max(...row);
      const sum = row.reduce((total, code) => total + exponentials!.data[maximum - code]!, 0);
      const logarithm = Number(fixedPointLn(BigInt(asInt32(sum, node)), node.fractionBits));
      return row.map((code, channel) =>
        outputCode(differences!.data[maximum - code]! - logarithm, node, channel),
      );
    });
