import type { AffineGrid } from '../affine.js';
import { xnnpackAdd, xnnpackMultiply, xnnpackSubtract } from '../float-quantizers/xnnpack-elementwise.js';
import { qLinearAddCpu } from '../onnxruntime/q-linear-add.js';
import { qLinearMulCpu } from '../onnxruntime/q-linear-mul.js';
import { unsignedGrid, unsignedShift } from '../onnxruntime/qdq-codes.js';
import { dequantizeLinear, quantizeLinear } from '../onnxruntime/quantize-linear.js';
import { prelu, preparePrelu } from '../tflite/rectifiers.js';
import type { BinaryRuleName } from './names.js';

/** A code of the output grid from a code of each operand's grid. */
export type BinaryCode = (a: number, b: number) => number;

/** A rule for given grids: what it derives from their scales, it derives once. */
type BinaryRule = (a: AffineGrid, b: AffineGrid, output: AffineGrid) => BinaryCode;

/** Dequantize, one float32 operation, QuantizeLinear: how an ONNX graph is computed as it is written. */
const between =
  (operation: (a: number, b: number) => number): BinaryRule =>
  (gridA, gridB, output) =>
  (a, b) =>
    quantizeLinear(Math.fround(operation(dequantizeLinear(a, gridA), dequantizeLinear(b, gridB))), output);

/** A rule that is stated on codes and grids at once. */
const stated =
  (
    rule: (
      codes: readonly [number, number],
      grids: readonly [AffineGrid, AffineGrid],
      output: AffineGrid,
    ) => number,
  ): BinaryRule =>
  (gridA, gridB, output) =>
  (a, b) =>
    rule([a, b], [gridA, gridB], output);

/** The same on uint8 codes: how a QDQ graph is computed. */
function unsigned(rule: BinaryRule): BinaryRule {
  return (gridA, gridB, output) => {
    const codeOf = rule(unsignedGrid(gridA), unsignedGrid(gridB), unsignedGrid(output));
    const [shiftA, shiftB, shift] = [gridA, gridB, output].map(unsignedShift) as [number, number, number];
    return (a, b) => codeOf(a + shiftA, b + shiftB) - shift;
  };
}

const rules: Readonly<Record<BinaryRuleName, BinaryRule>> = {
  'tflite-prelu': (x, slope, output) => {
    const parameters = preparePrelu(x, slope, output, 'double');
    return (a, b) => prelu(a, b, parameters);
  },
  'xnnpack-add': stated(xnnpackAdd),
  'xnnpack-sub': stated(xnnpackSubtract),
  'xnnpack-mul': stated(xnnpackMultiply),
  'onnxruntime-add': stated(qLinearAddCpu),
  'onnxruntime-mul': stated(qLinearMulCpu),
  'onnxruntime-qdq-add': unsigned(stated(qLinearAddCpu)),
  'onnxruntime-qdq-mul': unsigned(stated(qLinearMulCpu)),
  'float32-add': between((a, b) => a + b),
  'float32-sub': between((a, b) => a - b),
  'float32-mul': between((a, b) => a * b),
  'float32-div': between((a, b) => a / b),
};

/** What a rule makes of two codes, saturated to the output's format. Scales are float32 values. */
export function binaryRule(
  name: BinaryRuleName,
  [a, b]: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
): BinaryCode {
  return rules[name](a, b, output);
}
