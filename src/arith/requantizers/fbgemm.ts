import { nearestEven, multiplyInFloat32 } from '../float-scale.js';
import { holds as isIn, INT16, INT32, saturate, UINT8, wrap } from '../int-format.js';
import { chooseRequantizationMultiplier } from '../multipliers/fbgemm.js';
import { roundShift } from '../rounding.js';
import { defineRule } from './define.js';
import { clamp } from './output.js';
import { rightShifted, scaled } from './parameters.js';
import type { OutputGrid, Parameters, RequantizerRule } from './rule.js';
import { deriveScale, floatScale } from './xnnpack.js';

const source = 'pytorch/FBGEMM@71d6f8b229d9';
const LEAST = 2 ** -32;
const MOST = 2 ** 31;

/** x86 CVTPS2DQ: to nearest, ties to even; −2^31 for whatever int32 does not hold. */
function cvtps2dq(value: number): bigint {
  const nearest = nearestEven(value);
  return isIn(INT32, nearest) ? nearest : -(2n ** 31n);
}

/** PACKSSDW, then PACKUSWB, then the clamp. */
function pack(sum: bigint, { min, max }: OutputGrid): bigint {
  return clamp(saturate(saturate(sum, INT16), UINT8), BigInt(min), BigInt(max));
}

const half = (acc: bigint, p: { readonly multiplier: number; readonly rightShift: number }): bigint =>
  roundShift(acc * BigInt(p.multiplier), p.rightShift, 'halfUp');

const fixedPoint = rightShifted(2 ** 31 - 1, 1, 63);

/** A factor that no positive float32 is near has no multiplier. */
function deriveFixed(factor: number): Parameters | null {
  const scale = Math.fround(factor);
  return scale > 0 && scale < Infinity ? chooseRequantizationMultiplier(factor) : null;
}

export const fbgemmRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'fbgemm-float',
    stack: 'FBGEMM',
    formula: 'clamp(rne(f32(f32(acc) * scale)) + zp), the sum in 64 bits',
    source: `${source} include/fbgemm/QuantUtils.h Requantize, src/RefImplementations.cc requantize_u8acc32_ref`,
    codes: UINT8,
    parameters: scaled(LEAST, MOST),
    raw: floatScale,
    zeroPoint: 'exact',
    derive: deriveScale(MOST),
    equalTo: [
      { rule: 'onnxruntime', when: '' },
      { rule: 'pytorch', when: '' },
      { rule: 'fbgemm-float-avx2', when: '' },
    ],
  }),
  defineRule({
    name: 'fbgemm-float-avx2',
    stack: 'FBGEMM (AVX2)',
    formula: 'clamp(satu8(sat16(sat16(cvtps2dq(f32(f32(acc) * scale))) + zp)))',
    source: `${source} src/QuantUtilsAvx2.cc RequantizeAvx2`,
    codes: UINT8,
    parameters: scaled(LEAST, MOST),
    raw: (acc, { scale }) => cvtps2dq(multiplyInFloat32(acc, scale)),
    zeroPoint: 'exact',
    narrowsTo: UINT8,
    finish: (raw, output) => pack(saturate(raw, INT16) + BigInt(output.zeroPoint), output),
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, floatScale(acc, p)),
    derive: deriveScale(MOST),
    equalTo: [{ rule: 'fbgemm-float', when: '' }],
  }),
  defineRule({
    name: 'fbgemm-fixed',
    stack: 'FBGEMM',
    formula: 'clamp(((acc * M + 2^(rs-1)) >> rs) + zp), the sum in 64 bits',
    source: `${source} include/fbgemm/QuantUtils.h Requantize (fixed point)`,
    codes: UINT8,
    parameters: fixedPoint,
    raw: half,
    zeroPoint: 'exact',
    derive: deriveFixed,
    equalTo: [
      {
        rule: 'multiply-shift-half-up',
        when: 'rs <= 62',
        holds: ({ parameters }) => parameters['rightShift']! <= 62,
      },
      { rule: 'fbgemm-fixed-avx2', when: '' },
    ],
  }),
  defineRule({
    name: 'fbgemm-fixed-avx2',
    stack: 'FBGEMM (AVX2)',
    formula: 'clamp(satu8(sat16(wrap32(wrap32((acc * M + 2^(rs-1)) >> rs) + zp))))',
    source: `${source} src/QuantUtilsAvx2.cc RequantizeFixedPointAvx2`,
    codes: UINT8,
    parameters: fixedPoint,
    raw: (acc, p) => wrap(half(acc, p), INT32),
    zeroPoint: 'wrap32',
    narrowsTo: UINT8,
    finish: (raw, output) => pack(wrap(raw + BigInt(output.zeroPoint), INT32), output),
    contract: 'the rounded value stays in int32',
    holds: (acc, p) => isIn(INT32, half(acc, p)),
    derive: deriveFixed,
    equalTo: [{ rule: 'fbgemm-fixed', when: '' }],
  }),
  defineRule({
    name: 'pytorch',
    stack: 'PyTorch',
    formula: 'clamp(rne(f32(f32(acc) * scale)) + zp), the sum in 64 bits',
    source:
      'pytorch/pytorch@046eb1c3203c aten/src/ATen/native/quantized/AffineQuantizerBase.cpp requantize_from_int (read, not run)',
    codes: UINT8,
    parameters: scaled(LEAST, MOST),
    raw: floatScale,
    zeroPoint: 'exact',
    derive: deriveScale(MOST),
    equalTo: [{ rule: 'fbgemm-float', when: '' }],
  }),
];
