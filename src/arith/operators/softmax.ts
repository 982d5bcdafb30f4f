import type { AffineGrid } from '../affine.js';
import { qLinearSoftmax } from '../onnxruntime/softmax.js';
import { softmaxScaling } from '../softmax-scaling.js';
import { logSoftmaxRow } from '../tflite/log-softmax.js';
import { logSoftmaxTableRow, softmaxTableRow } from '../tflite/softmax-table.js';
import { prepareSoftmaxInt16, softmaxInt16Row } from '../tflite/softmax-int16.js';
import type { SoftmaxRuleName } from './names.js';

/** A row of output codes from a row of input codes. */
export type RowCodes = (row: readonly number[]) => readonly number[];

type SoftmaxRule = (input: AffineGrid, output: AffineGrid, beta: number) => RowCodes;

function softmaxInt16(precision: 'float32' | 'double'): SoftmaxRule {
  return ({ scale }, _output, beta) => {
    const parameters = prepareSoftmaxInt16(scale, beta, 'double', precision);
    return (row) => softmaxInt16Row(row, parameters);
  };
}

const rules: Readonly<Record<SoftmaxRuleName, SoftmaxRule>> = {
  'tflite-softmax-table': (input, output, beta) => (row) => softmaxTableRow(row, input, output, beta),
  'tflite-softmax-int16': softmaxInt16('float32'),
  'tflite-softmax-int16-desktop': softmaxInt16('double'),
  'tflite-log-softmax': ({ scale }, { format }) => {
    const scaling = softmaxScaling(scale);
    return (row) => logSoftmaxRow(row, scaling, format, 'double');
  },
  'tflite-log-softmax-table': (input, output) => (row) => logSoftmaxTableRow(row, input, output),
  'onnxruntime-softmax': (input, output) => (row) => qLinearSoftmax(row, input, output),
};

/** What a rule makes of a row, of `beta · x` where the rule knows a beta. Scales and beta are float32 values. */
export function softmaxRule(
  name: SoftmaxRuleName,
  input: AffineGrid,
  output: AffineGrid,
  beta: number,
): RowCodes {
  return rules[name](input, output, beta);
}
