import { qLinearScale } from '../../../src/arith/requantizers/onnxruntime.js';
import { sdpSaturates } from '../../../src/arith/requantizers/nvdla.js';
import type { RuleName } from '../../../src/arith/requantizers/names.js';
import { ruleOf } from '../../../src/arith/requantizers/registry.js';
import type { OutputGrid, Parameters } from '../../../src/arith/requantizers/rule.js';
import { integer, number, type VectorRow } from '../../support/requant-vectors.js';
import type { VectorSemantics } from './vector-semantics.js';

/** Files whose rows are an accumulator, parameters and an output grid, and whose results are codes of registered rules. */

type ParametersOf = (row: VectorRow) => Parameters;
type OutputOf = (row: VectorRow) => OutputGrid;

const UNBOUNDED: OutputGrid = { zeroPoint: 0, min: -(2 ** 80), max: 2 ** 80 };
const raw: OutputOf = () => UNBOUNDED;
const final: OutputOf = (row) => ({
  zeroPoint: number(row, 'zp'),
  min: number(row, 'qmin'),
  max: number(row, 'qmax'),
});

const leftShift: ParametersOf = (row) => ({
  multiplier: number(row, 'mult'),
  leftShift: number(row, 'shift'),
});
const rightShift =
  (multiplier: string, shift: string): ParametersOf =>
  (row) => ({ multiplier: number(row, multiplier), rightShift: number(row, shift) });
const scale: ParametersOf = (row) => ({ scale: number(row, 'scale') });
const shift =
  (column: string): ParametersOf =>
  (row) => ({ shift: number(row, column) });

const code =
  (rule: RuleName, parametersOf: ParametersOf, outputOf: OutputOf, acc = 'acc') =>
  (row: VectorRow): bigint =>
    ruleOf(rule).code({ acc: integer(row, acc), parameters: parametersOf(row), output: outputOf(row) });

const GRID = ['zp', 'qmin', 'qmax'];
const fixedPointInputs = ['acc', 'mult', 'shift'];

/** The usual file: `raw` before and `expected` after zero point and clamp. */
const fixedPoint = (rule: RuleName, parametersOf: ParametersOf): VectorSemantics => ({
  inputs: [...fixedPointInputs, ...GRID],
  results: { raw: code(rule, parametersOf, raw), expected: code(rule, parametersOf, final) },
});

const floatScale = (results: Readonly<Record<string, RuleName>>): VectorSemantics => ({
  inputs: ['acc', 'scale', ...GRID],
  results: Object.fromEntries(
    Object.entries(results).map(([column, rule]) => [column, code(rule, scale, final)]),
  ),
});

const helium = (rule: RuleName) => code(rule, leftShift, raw);

const MODE_COLUMNS = {
  floor: 'floor',
  ceil: 'ceil',
  toward_zero: 'toward-zero',
  away_from_zero: 'away-from-zero',
  half_up: 'half-up',
  half_down: 'half-down',
  half_away_from_zero: 'half-away-from-zero',
  half_toward_zero: 'half-toward-zero',
  half_to_even: 'half-even',
  half_to_odd: 'half-odd',
  jam_to_odd: 'jam',
} as const;

const shiftModes: VectorSemantics = {
  inputs: ['x', 'shift'],
  results: Object.fromEntries(
    Object.entries(MODE_COLUMNS).map(([column, mode]) => [
      column,
      code(`shift-${mode}`, shift('shift'), raw, 'x'),
    ]),
  ),
};

const VXRM = ['rnu', 'rne', 'rdn', 'rod'] as const;
const perVxrm = (result: (vxrm: (typeof VXRM)[number]) => (row: VectorRow) => bigint) =>
  Object.fromEntries(VXRM.map((vxrm) => [vxrm, result(vxrm)]));

const QUANTIZATIONS = ['trn', 'trn_zero', 'rnd', 'rnd_zero', 'rnd_inf', 'rnd_min_inf', 'rnd_conv'] as const;
const OVERFLOWS = [
  { column: 'wrap', rule: 'wrap', saturatedBits: 0 },
  { column: 'wrap1', rule: 'wrap', saturatedBits: 1 },
  { column: 'wrap3', rule: 'wrap', saturatedBits: 3 },
  { column: 'sat', rule: 'sat', saturatedBits: 0 },
  { column: 'sat_sym', rule: 'sat-sym', saturatedBits: 0 },
  { column: 'sat_zero', rule: 'sat-zero', saturatedBits: 0 },
  { column: 'wrap_sm0', rule: 'wrap-sm', saturatedBits: 0 },
  { column: 'wrap_sm1', rule: 'wrap-sm', saturatedBits: 1 },
] as const;

/** `x_raw · 2^−16` assigned to `ap_fixed<W, I>`: 16 − (W − I) fraction bits are dropped. */
const apFixed = (isSigned: 0 | 1): VectorSemantics => ({
  inputs: ['x_raw', 'W', 'I'],
  results: Object.fromEntries(
    QUANTIZATIONS.flatMap((quantization) =>
      OVERFLOWS.map(({ column, rule, saturatedBits }) => {
        const parametersOf: ParametersOf = (row) => ({
          droppedBits: 16 - number(row, 'W') + number(row, 'I'),
          bits: number(row, 'W'),
          isSigned,
          saturatedBits,
        });
        const name = `ap-fixed-${quantization.replaceAll('_', '-')}-${rule}` as RuleName;
        return [`${quantization}__${column}`, code(name, parametersOf, raw, 'x_raw')] as const;
      }),
    ),
  ),
});

const qLinear: ParametersOf = (row) => ({
  scale: qLinearScale(number(row, 'x_scale'), number(row, 'w_scale'), number(row, 'y_scale')),
});
const qLinearConv: VectorSemantics = {
  inputs: ['acc', 'x_scale', 'w_scale', 'y_scale', ...GRID],
  results: {
    ort_cpu: code('onnxruntime', qLinear, final),
    ort_wasm: code('onnxruntime', qLinear, final),
    onnx_reference_evaluator: code('onnx-reference', qLinear, final),
  },
};

const converter: ParametersOf = (row) => ({
  offset: number(row, 'offset'),
  scale: number(row, 'scale'),
  truncate: number(row, 'truncate'),
});
const converterOutput: OutputOf = (row) =>
  number(row, 'out_precision') === 0
    ? { zeroPoint: 0, min: -128, max: 127 }
    : { zeroPoint: 0, min: -32768, max: 32767 };

const pulp: ParametersOf = (row) => ({
  multiplier: number(row, 'k'),
  lambda: number(row, 'lambda'),
  rightShift: number(row, 'd'),
});
const UINT8_GRID: OutputOf = () => ({ zeroPoint: 0, min: 0, max: 255 });
const INT8_GRID: OutputOf = () => ({ zeroPoint: 0, min: -128, max: 127 });

const pulpNormalization = (rule: RuleName): VectorSemantics => ({
  inputs: ['phi', 'k', 'lambda', 'd'],
  results: { expected: code(rule, pulp, UINT8_GRID, 'phi') },
});

const fbgemmFixed = rightShift('mult', 'right_shift');

export const requantizerSemantics: Readonly<Record<string, VectorSemantics>> = {
  tflite_mbqm_double: fixedPoint('tflite-double', leftShift),
  tflite_mbqm_single: fixedPoint('tflite-single', leftShift),
  tflite_mbqm_int64: fixedPoint('tflite-int64', leftShift),
  tflite_neon_mbqm: {
    inputs: [...fixedPointInputs, ...GRID],
    results: {
      raw_double: code('tflite-neon-double', leftShift, raw),
      expected_double: code('tflite-neon-double', leftShift, final),
      raw_single: code('tflite-neon-single', leftShift, raw),
      expected_single: code('tflite-neon-single', leftShift, final),
    },
  },
  ruy_mbqm: fixedPoint('ruy', leftShift),
  cmsis_requantize_double: fixedPoint('cmsis-nn-double', leftShift),
  cmsis_requantize_single: fixedPoint('cmsis-nn-single', leftShift),
  cmsis_requantize_s64: fixedPoint('cmsis-nn-s64', leftShift),
  cmsis_mve: {
    inputs: fixedPointInputs,
    results: {
      double_mve: helium('cmsis-nn-mve-double'),
      double_mve_32x4: helium('cmsis-nn-mve-double'),
      double_mve_pred: helium('cmsis-nn-mve-double'),
      double_c: helium('cmsis-nn-double'),
      single_mve: helium('cmsis-nn-mve-single'),
      single_mve_32x4: helium('cmsis-nn-mve-single'),
      single_mve_pred: helium('cmsis-nn-mve-single-predicated'),
      single_c: helium('cmsis-nn-single'),
    },
  },
  espnn_requantize: fixedPoint('esp-nn', leftShift),
  espnn_requantize_fast: fixedPoint('esp-nn-fast', leftShift),
  xnnpack_qs8_fp32: floatScale({ expected: 'xnnpack-fp32' }),
  xnnpack_qu8_fp32: floatScale({ expected: 'xnnpack-fp32' }),
  xnnpack_qs8_rndnu: floatScale({ expected: 'xnnpack-rndnu' }),
  xnnpack_qu8_rndnu: floatScale({
    expected_scalar: 'xnnpack-rndnu',
    expected_neon: 'xnnpack-rndnu-neon',
  }),
  xnnpack_qu8_rndnu16: floatScale({ expected: 'xnnpack-rndnu16' }),
  xnnpack_qs8_rndna: floatScale({ expected: 'xnnpack-rndna' }),
  xnnpack_qs8_gemmlowp: floatScale({ expected: 'xnnpack-gemmlowp' }),
  qnnpack_fp32: floatScale({ expected: 'qnnpack-fp32' }),
  qnnpack_precise: floatScale({ expected: 'qnnpack-precise' }),
  qnnpack_q31: floatScale({ expected: 'qnnpack-q31' }),
  qnnpack_gemmlowp: floatScale({ expected: 'qnnpack-gemmlowp' }),
  fbgemm_float: floatScale({
    requantize_scalar: 'fbgemm-float',
    reference_u8acc32: 'fbgemm-float',
    avx2_vector8: 'fbgemm-float-avx2',
    avx2_remainder: 'fbgemm-float-avx2',
  }),
  fbgemm_fixed: {
    inputs: ['acc', 'mult', 'right_shift', ...GRID],
    results: {
      raw: code('fbgemm-fixed', fbgemmFixed, raw),
      requantize_scalar: code('fbgemm-fixed', fbgemmFixed, final),
      reference_u8acc32: code('fbgemm-fixed', fbgemmFixed, final),
      avx2: code('fbgemm-fixed-avx2', fbgemmFixed, final),
    },
  },
  onnx_qlinearconv_int8: qLinearConv,
  onnx_qlinearconv_uint8: qLinearConv,
  tosa_apply_scale_32_double: fixedPoint('tosa-double', rightShift('mult', 'shift')),
  tosa_apply_scale_32_single: fixedPoint('tosa-single', rightShift('mult', 'shift')),
  tosa_apply_scale_16: fixedPoint('tosa-16', rightShift('mult', 'shift')),
  tvm_fixed_point_multiply: {
    inputs: fixedPointInputs,
    results: {
      tonearest: code('tvm-tonearest', leftShift, raw),
      upward: code('tvm-upward', leftShift, raw),
    },
  },
  ethosu_rounding: {
    inputs: ['acc', 'scale', 'shift'],
    results: {
      tfl: code('ethos-u-tfl', rightShift('scale', 'shift'), raw),
      truncate: code('ethos-u-truncate', rightShift('scale', 'shift'), raw),
      natural: code('ethos-u-natural', rightShift('scale', 'shift'), raw),
    },
  },
  nvdla_sdp_x: {
    inputs: ['data', 'alu_operand', 'alu_shift', 'mul_operand', 'mul_shift'],
    results: {
      expected: code(
        'nvdla-sdp-x',
        (row) => ({
          aluOperand: number(row, 'alu_operand'),
          aluShift: number(row, 'alu_shift'),
          mulOperand: number(row, 'mul_operand'),
          mulShift: number(row, 'mul_shift'),
        }),
        raw,
        'data',
      ),
    },
  },
  nvdla_sdp_c: {
    inputs: ['data', 'offset', 'scale', 'truncate', 'out_precision'],
    results: {
      expected: code('nvdla-sdp', converter, converterOutput, 'data'),
      saturation_flag: (row) =>
        sdpSaturates(integer(row, 'data'), {
          offset: number(row, 'offset'),
          scale: number(row, 'scale'),
          truncate: number(row, 'truncate'),
        })
          ? 1
          : 0,
    },
  },
  gemmini_acc_scale: floatScale({
    expected_c_macro: 'gemmini-scale-c-model',
    rtl_round_near_even: 'gemmini-scale',
  }),
  gemmini_rounding_right_shift: {
    inputs: ['x', 'shift'],
    results: { expected: code('gemmini-shift', shift('shift'), raw, 'x') },
  },
  vta_shr: {
    inputs: ['x', 'imm'],
    results: {
      acc_after_shr: code('vta-shr', shift('imm'), raw, 'x'),
      store_without_clip_int8: code('vta-shr-truncating', shift('imm'), INT8_GRID, 'x'),
      store_with_min_max_clip_int8: code('vta-shr', shift('imm'), INT8_GRID, 'x'),
    },
  },
  ap_fixed_signed: apFixed(1),
  ap_fixed_wrap_variants: apFixed(1),
  ap_ufixed: apFixed(0),
  rvv_vssra: {
    inputs: ['x', 'shift'],
    results: perVxrm((vxrm) => code(`rvv-vssra-${vxrm}`, shift('shift'), raw, 'x')),
  },
  rvv_vnclip_32_16_8: {
    inputs: ['x', 'shift'],
    results: perVxrm((vxrm) => code(`rvv-vnclip-${vxrm}`, shift('shift'), raw, 'x')),
  },
  rvv_vsmul: {
    inputs: ['a', 'b'],
    results: perVxrm((vxrm) =>
      code(`rvv-vsmul-${vxrm}`, (row) => ({ multiplier: number(row, 'b') }), raw, 'a'),
    ),
  },
  pulp_nn_bn_quant_u8_32: pulpNormalization('pulp-nn-32'),
  pulp_nn_bn_quant_u8_64: pulpNormalization('pulp-nn-64'),
  shift_modes_int32: shiftModes,
  shift_modes_int64: shiftModes,
  stochastic_round: {
    inputs: ['x', 'shift', 'r'],
    results: {
      expected: code(
        'shift-stochastic',
        (row) => ({ shift: number(row, 'shift'), random: number(row, 'r') }),
        raw,
        'x',
      ),
    },
  },
};
