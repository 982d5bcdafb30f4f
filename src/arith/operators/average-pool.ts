import type { AffineGrid } from '../affine.js';
import { averagePool, globalAveragePool } from '../onnxruntime/average-pool.js';
import type { AveragePoolRuleName } from './names.js';

/** The code of a window from its codes in reading order and the divisor of their sum. */
export type WindowCode = (codes: readonly number[], divisor: number) => number;

const rules: Readonly<Record<AveragePoolRuleName, (input: AffineGrid, output: AffineGrid) => WindowCode>> = {
  'onnxruntime-average-pool': (input, output) => (codes, divisor) =>
    averagePool(codes, divisor, input, output),
  'onnxruntime-global-average-pool': (input, output) => (codes) => globalAveragePool(codes, input, output),
};

/** What a rule makes of a window. Scales are float32 values. */
export function averagePoolRule(
  name: AveragePoolRuleName,
  input: AffineGrid,
  output: AffineGrid,
): WindowCode {
  return rules[name](input, output);
}
