import type { AffineGrid } from '../affine.js';
import { averagePool } from '../onnxruntime/average-pool.js';
import { unsignedGrid, unsignedShift } from '../onnxruntime/qdq-codes.js';
import type { AveragePoolRuleName } from './names.js';

/** The code of a window from its codes in reading order and the divisor of their sum. */
export type WindowCode = (codes: readonly number[], divisor: number) => number;

const rules: Readonly<Record<AveragePoolRuleName, (input: AffineGrid, output: AffineGrid) => WindowCode>> = {
  'onnxruntime-average-pool': (input, output) => (codes, divisor) =>
    averagePool(codes, divisor, input, output),
  'onnxruntime-qdq-average-pool': (input, output) => {
    const grids = [unsignedGrid(input), unsignedGrid(output)] as const;
    const [shift, outputShift] = [unsignedShift(input), unsignedShift(output)];
    return (codes, divisor) =>
      averagePool(
        codes.map((code) => code + shift),
        divisor,
        ...grids,
      ) - outputShift;
  },
};

/** What a rule makes of a window. Scales are float32 values. */
export function averagePoolRule(
  name: AveragePoolRuleName,
  input: AffineGrid,
  output: AffineGrid,
): WindowCode {
  return rules[name](input, output);
}
