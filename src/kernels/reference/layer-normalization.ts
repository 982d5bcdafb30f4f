import { integerSqrt } from '../../arith/integer-math.js';
import { roundQuotient } from '../../arith/rounding.js';
import type { IntLayerNormalization } from '../../ir/ops/normalization.js';
import type { BindKernel } from '../kernel.js';
import { outputCode } from './output-code.js';
import { mapRows } from './tabulate.js';

/**
 * One row of n codes, in the steps of `IntLayerNormalization`:
 *
 *     d = n · x − Σ x        v = floor(Σ d² / n) + epsilon        r = max(1, isqrt(v · 2^(2 · fractionBits)))
 *     y = clamp(requantize(round(d · 2^(2 · fractionBits) / r) · gamma + beta) + outputZeroPoint)
 */
export const layerNormalization: BindKernel<IntLayerNormalization> =
  (node, _operands, result) =>
  ([x, gamma, beta]) => {
    const doubledFraction = BigInt(2 * node.fractionBits);
    return mapRows(x!, result, (row) => {
      const total = row.reduce((sum, code) => sum + code, 0);
      const deviations = row.map((code) => BigInt(row.length * code - total));
      const squares = deviations.reduce((sum, d) => sum + d * d, 0n);
      const variance = squares / BigInt(row.length) + BigInt(node.epsilon);
      const root = integerSqrt(variance << doubledFraction) || 1n;
      return deviations.map((d, channel) => {
        const normalized = roundQuotient(d << doubledFraction, root, 'halfAwayFromZero');
        const acc = normalized * BigInt(gamma!.data[channel]!) + BigInt(beta!.data[channel]!);
        return outputCode(Number(acc), node, channel);
      });
    });
  };
