import { maxOf, minOf } from '../../arith/int-format.js';
import type { IntLayerNormalization } from '../../ir/ops/normalization.js';
import type { BindKernel } from '../kernel.js';
import { layerNormalization as referenceLayerNormalization } from '../reference/layer-normalization.js';
import { divideHalfAway } from './division.js';
import { integerSqrt } from './integer-sqrt.js';
import { codesOf, emptyResult, formatOf } from './operands.js';
import { OutputStage } from './output-stage.js';

/**
 * The steps of `IntLayerNormalization` in doubles, with D >= |n · x − Σ x| and F = 2^(2 · fractionBits):
 *
 * - Σ d² <= n · D² is exact below 2^53, and so is the division by n rounded down (`division.ts`);
 * - v · F has the bits of v; its root is `integerSqrt`;
 * - t = d · F / r, to nearest: 2 · D · F + 3 · r < 2^53 is what `divideHalfAway` needs; r is at most
 *   max(1, (D + sqrt(epsilon)) · 2^fractionBits), so that 5 · (D + sqrt(epsilon) + 1) · F is a bound;
 * - t · gamma + beta is exact below 2^53, and beyond it is refused as no int32, whatever its last bits.
 *
 * Formats, n or fractions too wide for that run as the reference does.
 */
export const layerNormalization: BindKernel<IntLayerNormalization> = (node, operands, result) => {
  const [x] = operands;
  const format = formatOf(x!);
  const length = x!.shape.at(-1)!;
  const largestDeviation = length * (maxOf(format) - minOf(format));
  const fraction = 2 ** (2 * node.fractionBits);
  const fits =
    length * largestDeviation ** 2 + node.epsilon < 2 ** 52 &&
    5 * (largestDeviation + Math.sqrt(node.epsilon) + 1) * fraction < 2 ** 53;
  if (!fits) return referenceLayerNormalization(node, operands, result);
  const stage = new OutputStage(node, result);
  return (tensors) => {
    const [values, gamma, beta] = tensors.map(codesOf);
    const made = emptyResult(result);
    const sums = new Float64Array(length);
    for (let row = 0; row < values!.length; row += length) {
      let total = 0;
      for (let i = 0; i < length; i += 1) total += values![row + i]!;
      let squares = 0;
      for (let i = 0; i < length; i += 1) squares += (length * values![row + i]! - total) ** 2;
      const variance = Math.floor(squares / length) + node.epsilon;
      const root = Math.max(1, integerSqrt(variance * fraction));
      for (let i = 0; i < length; i += 1) {
        const deviation = length * values![row + i]! - total;
        const normalized = divideHalfAway(deviation * fraction, root);
        sums[i] = normalized * gamma![i]! + beta![i]!;
      }
      stage.row(sums, 0, length, made.data, row);
    }
    return made;
  };
};
