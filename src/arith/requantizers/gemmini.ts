import { multiplyInFloat32, nearestEven } from '../float-scale.js';
import { INT32, saturate } from '../int-format.js';
import { roundShift } from '../rounding.js';
import { defineRule } from './define.js';
import { scaled, shifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import { deriveScale } from './xnnpack.js';

const stack = 'Gemmini';
const model = 'ucb-bar/libgemmini@5b1254a7dc72, ucb-bar/gemmini@8c3f9923a44a gemmini_params.h';
const LEAST = 2 ** -64;
const MOST = 2 ** 31;

/**
 * The C model's `ROUND_NEAR_EVEN`: the neighbour away from zero is `v ± 1` in float32, which can itself round up. For v just
 * below an integer that is one too far.
 */
function roundNearEvenMacro(v: number): bigint {
  const toward = Math.trunc(v);
  const away = Math.trunc(Math.fround(v < 0 ? v - 1 : v + 1));
  const remainder = Math.abs(v - toward);
  if (remainder !== 0.5) return BigInt(remainder < 0.5 ? toward : away);
  return BigInt(toward % 2 === 0 ? toward : away);
}

export const gemminiRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'gemmini-shift',
    stack,
    formula: 'half_even(acc, shift)',
    source: `${model} ROUNDING_RIGHT_SHIFT`,
    parameters: shifted(0, 31),
    raw: (acc, { shift }) => roundShift(acc, shift, 'halfEven'),
    zeroPoint: 'none',
    equalTo: [
      { rule: 'shift-half-even', when: '' },
      { rule: 'rvv-vssra-rne', when: '' },
    ],
  }),
  defineRule({
    name: 'gemmini-scale',
    stack,
    formula: 'clamp(sat32(rne(f32(f32(acc) * scale))))',
    source: 'ucb-bar/gemmini@8c3f9923a44a, the accumulator scale of the Chisel description (derived)',
    parameters: scaled(LEAST, MOST),
    raw: (acc, { scale }) => saturate(nearestEven(multiplyInFloat32(acc, scale)), INT32),
    zeroPoint: 'none',
    derive: deriveScale(MOST, LEAST),
    equalTo: [{ rule: 'onnxruntime', when: '' }],
  }),
  defineRule({
    name: 'gemmini-scale-c-model',
    stack: `${stack} (C model)`,
    formula:
      'v = f32(f32(acc) * scale), i = trunc(v), n = trunc(f32(v ± 1)); |v - i| < 1/2 ? i : |v - i| > 1/2 ? n : the even one',
    source: `${model} ACC_SCALE`,
    parameters: scaled(LEAST, MOST),
    raw: (acc, { scale }) => roundNearEvenMacro(multiplyInFloat32(acc, scale)),
    zeroPoint: 'none',
    derive: deriveScale(MOST, LEAST),
  }),
];
