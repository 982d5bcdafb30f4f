import type { AffineGrid } from '../../../src/arith/affine.js';
import { aimetQuantize } from '../../../src/arith/float-quantizers/aimet.js';
import { fbgemmQuantize, fbgemmQuantizeAvx2 } from '../../../src/arith/float-quantizers/fbgemm.js';
import { qonnxQuantize, type QonnxRounding } from '../../../src/arith/float-quantizers/qonnx.js';
import {
  xnnpackAdd,
  xnnpackConvert,
  xnnpackLeakyRelu,
  xnnpackMultiply,
} from '../../../src/arith/float-quantizers/xnnpack-elementwise.js';
import {
  xnnpackQuantizeFmagic,
  xnnpackQuantizeImagic,
  xnnpackQuantizeLrintf,
} from '../../../src/arith/float-quantizers/xnnpack.js';
import { roundDouble, roundDpu } from '../../../src/arith/float-rounding.js';
import { INT16, INT8, UINT8, type IntFormat } from '../../../src/arith/int-format.js';
import { quantizeLinear } from '../../../src/arith/onnxruntime/quantize-linear.js';
import type { RoundingMode } from '../../../src/arith/rounding.js';
import { hexFloat } from '../../support/hex-float.js';
import { number, type VectorRow } from '../../support/requant-vectors.js';
import type { VectorSemantics } from './vector-semantics.js';

/** The grid of the columns `<prefix>scale` and `<prefix>zp`. */
const gridOf = (row: VectorRow, prefix: string, format: IntFormat): AffineGrid => ({
  scale: number(row, `${prefix}scale`),
  zeroPoint: number(row, `${prefix}zp`),
  format,
});

/** One function for every column. */
const same = <T>(columns: readonly string[], result: T): Record<string, T> =>
  Object.fromEntries(columns.map((column) => [column, result]));

const onnxQuantizeLinear = (format: IntFormat): VectorSemantics => ({
  inputs: ['x', 'scale', 'zp'],
  results: same(['ort_cpu', 'ort_wasm', 'spec'], (row) =>
    quantizeLinear(number(row, 'x'), gridOf(row, '', format)),
  ),
});

const rounded = (mode: RoundingMode) => (row: VectorRow) => roundDouble(number(row, 'x'), mode);

const qonnxQuant = (rounding: QonnxRounding) => (row: VectorRow) =>
  qonnxQuantize(number(row, 'x'), {
    scale: number(row, 'scale'),
    zeroPoint: number(row, 'zp'),
    format: { bits: 8, signed: true, narrow: false },
    rounding,
  });

type BinaryRule = typeof xnnpackAdd;
const xnnpackBinary = (rule: BinaryRule): VectorSemantics => ({
  inputs: ['a', 'b', 'a_scale', 'a_zp', 'b_scale', 'b_zp', 'y_scale', 'y_zp'],
  results: {
    expected: (row) =>
      rule(
        [number(row, 'a'), number(row, 'b')],
        [gridOf(row, 'a_', INT8), gridOf(row, 'b_', INT8)],
        gridOf(row, 'y_', INT8),
      ),
  },
});

/** The float quantizers, roundings of floats and element-wise operators of `vectors/requant`, by file. */
export const floatQuantizerSemantics: Readonly<Record<string, VectorSemantics>> = {
  onnx_quantizelinear_int8: onnxQuantizeLinear(INT8),
  onnx_quantizelinear_uint8: onnxQuantizeLinear(UINT8),
  onnx_quantizelinear_int16: onnxQuantizeLinear(INT16),
  onnx_quantizelinear_uint16: onnxQuantizeLinear({ bits: 16, signed: false }),

  fbgemm_quantize: {
    inputs: ['x', 'scale', 'zp'],
    results: {
      scalar: (row) => fbgemmQuantize(number(row, 'x'), gridOf(row, '', UINT8)),
      avx2: (row) => fbgemmQuantizeAvx2(number(row, 'x'), gridOf(row, '', UINT8)),
    },
  },

  aimet_quantize: {
    inputs: ['x_hex', 'min_hex', 'max_hex', 'delta_hex', 'offset_hex', 'bw'],
    results: {
      expected: (row) =>
        aimetQuantize(hexFloat(row['x_hex']!), {
          min: hexFloat(row['min_hex']!),
          max: hexFloat(row['max_hex']!),
          delta: hexFloat(row['delta_hex']!),
          offset: hexFloat(row['offset_hex']!),
        }),
    },
  },

  qonnx_quant_int8: {
    inputs: ['x', 'scale', 'zp'],
    results: {
      ROUND: qonnxQuant('ROUND'),
      CEIL: qonnxQuant('CEIL'),
      FLOOR: qonnxQuant('FLOOR'),
      UP: qonnxQuant('UP'),
      DOWN: qonnxQuant('DOWN'),
      HALF_UP: qonnxQuant('HALF_UP'),
      HALF_DOWN: qonnxQuant('HALF_DOWN'),
    },
  },

  float_rounding: {
    inputs: ['x'],
    results: {
      rint_half_even: rounded('halfEven'),
      c_round_half_away: rounded('halfAwayFromZero'),
      js_math_round_half_up: rounded('halfUp'),
      floor: rounded('floor'),
      ceil: rounded('ceil'),
      trunc: rounded('towardZero'),
      half_toward_zero: rounded('halfTowardZero'),
      brevitas_dpu_round: (row) => roundDpu(number(row, 'x')),
    },
  },

  xnnpack_f32_qs8_vcvt: {
    inputs: ['x', 'y_scale', 'y_zp'],
    results: {
      fmagic: (row) => xnnpackQuantizeFmagic(number(row, 'x'), gridOf(row, 'y_', INT8)),
      imagic: (row) => xnnpackQuantizeImagic(number(row, 'x'), gridOf(row, 'y_', INT8)),
      lrintf: (row) => xnnpackQuantizeLrintf(number(row, 'x'), gridOf(row, 'y_', INT8)),
    },
  },

  xnnpack_qs8_vadd: xnnpackBinary(xnnpackAdd),
  xnnpack_qs8_vmul: xnnpackBinary(xnnpackMultiply),
  xnnpack_qs8_vcvt: {
    inputs: ['x', 'x_scale', 'x_zp', 'y_scale', 'y_zp'],
    results: {
      expected: (row) => xnnpackConvert(number(row, 'x'), gridOf(row, 'x_', INT8), gridOf(row, 'y_', INT8)),
    },
  },
  xnnpack_qs8_vlrelu: {
    inputs: ['x', 'x_scale', 'x_zp', 'y_scale', 'y_zp', 'negative_slope'],
    results: {
      expected: (row) =>
        xnnpackLeakyRelu(
          number(row, 'x'),
          number(row, 'negative_slope'),
          gridOf(row, 'x_', INT8),
          gridOf(row, 'y_', INT8),
        ),
    },
  },
};
