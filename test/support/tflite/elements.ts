import { requantizerOfFactors, type TfliteBuild } from '../../../src/arith/tflite/build.js';
import { byteTable, float32Elu } from '../../../src/arith/tflite/byte-table.js';
import { hardSwish, prepareHardSwish } from '../../../src/arith/tflite/hard-swish.js';
import { prepareReciprocalRoot, reciprocalRoot } from '../../../src/arith/tflite/inverse-roots.js';
import {
  logisticInt16,
  prepareLogisticInt16,
  prepareTanhInt16,
  tanhInt16,
} from '../../../src/arith/tflite/logistic-int16.js';
import { logisticInt8, prepareSigmoidInt8, tanhInt8 } from '../../../src/arith/tflite/logistic-int8.js';
import { dequantizeToFloat32, quantizeFloat32 } from '../../../src/arith/tflite/quantize.js';
import {
  absoluteValue,
  leakyRelu,
  prepareLeakyRelu,
  relu6Range,
  reluRange,
} from '../../../src/arith/tflite/rectifiers.js';
import { float32QuotientFactor, quotientFactor } from '../../../src/arith/tflite/scales.js';
import type { CodeRange } from '../../../src/arith/requantizer.js';
import { minOf } from '../../../src/arith/int-format.js';
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
  zeroPointOf,
  type TfliteCase,
  type TfliteOperator,
  type TfliteOperators,
} from './tensor.js';

/** Operators on the elements of one tensor. */

/** A rule for one code, prepared once a case. */
type Prepare = (testCase: TfliteCase, build: TfliteBuild) => (code: number) => number;

const each = (types: RegExp, prepare: Prepare, params: readonly string[] = []): TfliteOperator => ({
  types,
  params,
  run: (testCase, build) => testCase.inputs[0]!.data.map(prepare(testCase, build)),
});

const gridsOf = ({ inputs, output }: TfliteCase) => [gridOf(inputs[0]!), gridOf(output)] as const;

/** A rescaling through the kernel of our graph. */
const rescaled =
  (factorOf: (input: number, output: number) => number, rangeOf: (testCase: TfliteCase) => CodeRange) =>
  (testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> => {
    const x = testCase.inputs[0]!;
    const node = {
      op: 'requantize',
      inputZeroPoint: zeroPointOf(x),
      requantizer: requantizerOfFactors([factorOf(scaleOf(x), scaleOf(testCase.output))], build),
      outputZeroPoint: zeroPointOf(testCase.output),
      clamp: rangeOf(testCase),
    } as const;
    return runNode(referenceKernels, node, [fed(x)], formatOf(testCase.output)).data;
  };

const int8 = /^int8->int8$/;
const int16 = /^int16->int16$/;
const narrow = /^(int8->int8|int16->int16)$/;

export const elements: TfliteOperators = {
  ABS: [each(narrow, (testCase, build) => (code) => absoluteValue(code, ...gridsOf(testCase), build))],
  RELU: [
    {
      types: narrow,
      params: [],
      run: rescaled(float32QuotientFactor, ({ output }) => reluRange(gridOf(output))),
    },
  ],
  RELU6: [
    each(narrow, ({ inputs }) => {
      const range = relu6Range(gridOf(inputs[0]!));
      return (code) => clamped(range, code);
    }),
  ],
  LEAKY_RELU: [
    each(
      narrow,
      (testCase, build) => {
        const parameters = prepareLeakyRelu(...gridsOf(testCase), param(testCase, 'alpha'), build);
        return (code) => leakyRelu(code, parameters);
      },
      ['alpha'],
    ),
  ],
  HARD_SWISH: [
    each(int8, (testCase) => {
      const parameters = prepareHardSwish(...gridsOf(testCase));
      return (code) => hardSwish(code, parameters);
    }),
  ],
  ELU: [
    each(int8, (testCase) => {
      const [input, output] = gridsOf(testCase);
      const table = byteTable(float32Elu, input, output);
      return (code) => table[code - minOf(input.format)]!;
    }),
  ],
  LOGISTIC: [
    each(int8, ({ inputs }, build) => {
      const parameters = prepareSigmoidInt8(gridOf(inputs[0]!), build);
      return (code) => logisticInt8(code, parameters);
    }),
    each(int16, ({ inputs }) => {
      const parameters = prepareLogisticInt16(scaleOf(inputs[0]!));
      return (code) => logisticInt16(code, parameters);
    }),
  ],
  TANH: [
    each(int8, ({ inputs }, build) => {
      const parameters = prepareSigmoidInt8(gridOf(inputs[0]!), build);
      return (code) => tanhInt8(code, parameters);
    }),
    each(int16, ({ inputs }) => {
      const parameters = prepareTanhInt16(scaleOf(inputs[0]!));
      return (code) => tanhInt16(code, parameters);
    }),
  ],
  RSQRT: [
    each(int8, (testCase, build) => {
      const parameters = prepareReciprocalRoot(...gridsOf(testCase), build);
      return (code) => reciprocalRoot(code, parameters);
    }),
  ],
  QUANTIZE: [
    { types: /^u?int\d+->u?int\d+$/, params: [], run: rescaled(quotientFactor, clampOf) },
    each(/^float32->u?int\d+$/, ({ output }) => {
      const grid = gridOf(output);
      return (value) => quantizeFloat32(value, grid);
    }),
  ],
  DEQUANTIZE: [
    each(/^u?int\d+->float32$/, ({ inputs }) => {
      const grid = gridOf(inputs[0]!);
      return (code) => dequantizeToFloat32(code, grid);
    }),
  ],
};
