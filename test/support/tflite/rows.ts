import { INT8 } from '../../../src/arith/int-format.js';
import { softmaxScaling } from '../../../src/arith/softmax-scaling.js';
import type { TfliteBuild } from '../../../src/arith/tflite/build.js';
import { l2NormalizedRow } from '../../../src/arith/tflite/inverse-roots.js';
import { logSoftmaxRow } from '../../../src/arith/tflite/log-softmax.js';
import { prepareSoftmaxInt16, softmaxInt16Row } from '../../../src/arith/tflite/softmax-int16.js';
import { softmaxRow } from '../../../src/arith/tflite/softmax.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { runNode } from '../run-node.js';
import {
  clamped,
  clampOf,
  fed,
  formatOf,
  gridOf,
  param,
  scaleOf,
  type TfliteCase,
  type TfliteOperators,
  type TfliteTensor,
} from './tensor.js';

/** Operators on the rows along the last axis. */

function mapRows(x: TfliteTensor, rule: (row: readonly number[]) => readonly number[]): number[] {
  const length = x.shape.at(-1)!;
  return Array.from({ length: x.data.length / length }, (_, i) =>
    rule(x.data.slice(i * length, (i + 1) * length)),
  ).flat();
}

/** The default build through the kernel of our graph, which has no other. */
function softmax(testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> {
  const x = testCase.inputs[0]!;
  const scaling = softmaxScaling(scaleOf(x), param(testCase, 'beta'), build);
  const format = formatOf(testCase.output);
  if (build === 'single') return mapRows(x, (row) => softmaxRow(row, scaling, format, build));
  return runNode(referenceKernels, { op: 'softmax', ...scaling }, [fed(x)], format).data;
}

function softmaxInt16(testCase: TfliteCase, build: TfliteBuild): number[] {
  const x = testCase.inputs[0]!;
  const parameters = prepareSoftmaxInt16(scaleOf(x), param(testCase, 'beta'), build);
  return mapRows(x, (row) => softmaxInt16Row(row, parameters));
}

function logSoftmax({ inputs }: TfliteCase, build: TfliteBuild): number[] {
  const scaling = softmaxScaling(scaleOf(inputs[0]!), 1, build);
  return mapRows(inputs[0]!, (row) => logSoftmaxRow(row, scaling, INT8, build));
}

function l2Normalization(testCase: TfliteCase, build: TfliteBuild): number[] {
  const x = testCase.inputs[0]!;
  const range = clampOf(testCase);
  return mapRows(x, (row) => l2NormalizedRow(row, gridOf(x), build)).map((code) => clamped(range, code));
}

export const rows: TfliteOperators = {
  SOFTMAX: [
    { types: /^int8->int(8|16)$/, params: ['beta'], run: softmax },
    { types: /^int16->int16$/, params: ['beta'], run: softmaxInt16 },
  ],
  LOG_SOFTMAX: [{ types: /^int8->int8$/, params: [], run: logSoftmax }],
  L2_NORMALIZATION: [{ types: /^int8->int8$/, params: ['act'], run: l2Normalization }],
};
