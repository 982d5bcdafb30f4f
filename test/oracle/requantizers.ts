import { add, fraction, multiply, type Fraction } from 'mathjs';
import type {
  ApOverflow,
  ApQuantization,
  KebabCase,
  RuleName,
  VectorRounding,
} from '../../src/arith/requantizers/names.js';
import type { OutputGrid, Parameters, RequantizerCase } from '../../src/arith/requantizers/rule.js';
import type { RoundingMode } from '../../src/arith/rounding.js';
import { exactly, nearestFloat32 } from './float32.js';
import { isOverflow, overflowed } from './ap-fixed.js';
import { clamped, congruent, power, quotient } from './integers.js';
import { roundRational } from './rational.js';

/**
 * Every requantizer of the registry in exact rationals, from the sentences of the stacks' documentation: a real value, the
 * neighbour that the sentence picks, what a register of so many bits makes of it. It shares no arithmetic with `src`.
 */
type Rule = (acc: bigint, parameters: Parameters, output: OutputGrid) => bigint;

const P = (parameters: Parameters, name: string): bigint => BigInt(parameters[name]!);
const N = (parameters: Parameters, name: string): number => parameters[name]!;

// How a rounded value ends.
const added = (raw: bigint, { zeroPoint, min, max }: OutputGrid): bigint =>
  clamped(raw + BigInt(zeroPoint), BigInt(min), BigInt(max));
const addedInRegister = (raw: bigint, { zeroPoint, min, max }: OutputGrid): bigint =>
  clamped(congruent(raw + BigInt(zeroPoint), 32), BigInt(min), BigInt(max));
const ended = (raw: bigint, { min, max }: OutputGrid): bigint => clamped(raw, BigInt(min), BigInt(max));
const in8 = (value: bigint): bigint => clamped(value, -128n, 127n);
const in16 = (value: bigint): bigint => clamped(value, -(2n ** 15n), 2n ** 15n - 1n);
const in17 = (value: bigint): bigint => clamped(value, -(2n ** 16n), 2n ** 16n - 1n);
const in32 = (value: bigint): bigint => clamped(value, -(2n ** 31n), 2n ** 31n - 1n);
const inUint8 = (value: bigint): bigint => clamped(value, 0n, 255n);

/** `acc · multiplier / 2^shift` as a fraction; the shift may be negative. */
const scaledBy = (acc: bigint, multiplier: bigint, shift: number): Fraction =>
  multiply(fraction(acc * multiplier, 1n), power(-shift)) as Fraction;

// Two roundings: to Q0.31 first, then by a power of two.
const high = (value: bigint, multiplier: bigint, mode: RoundingMode): bigint =>
  roundRational(scaledBy(value, multiplier, 31), mode);
const moved = (acc: bigint, bits: number): bigint => congruent(acc * 2n ** BigInt(bits), 32);
const right = (value: bigint, bits: number, mode: RoundingMode): bigint =>
  roundRational(scaledBy(value, 1n, bits), mode);

function twice(acc: bigint, multiplier: bigint, leftShift: number, second: RoundingMode): bigint {
  const first = in32(high(moved(acc, Math.max(leftShift, 0)), multiplier, 'halfUp'));
  return right(first, Math.max(-leftShift, 0), second);
}

const tfliteDouble: Rule = (acc, p, output) =>
  addedInRegister(twice(acc, P(p, 'multiplier'), N(p, 'leftShift'), 'halfAwayFromZero'), output);

const tfliteSingle: Rule = (acc, p, output) =>
  addedInRegister(
    congruent(roundRational(scaledBy(acc, P(p, 'multiplier'), 31 - N(p, 'leftShift')), 'halfUp'), 32),
    output,
  );

/** Arm's vector code: one bit more to the left than it needs, and at least one back. */
const armSingle =
  (first: RoundingMode): Rule =>
  (acc, p, output) => {
    const back = Math.max(1, -N(p, 'leftShift'));
    const value = in32(high(moved(acc, N(p, 'leftShift') + back), P(p, 'multiplier'), first));
    return addedInRegister(right(value, back, 'halfUp'), output);
  };

/** The 16-bit multiplier of int16 kernels: to nearest in units of 2^16, ties up, kept below 2^15. */
function shortMultiplier(multiplier: bigint): bigint {
  const rounded = roundRational(scaledBy(multiplier, 1n, 16), 'halfUp');
  return rounded > 32767n || multiplier >= 0x7fff0000n ? 32767n : rounded;
}

// Float32 scales.
interface Mantissa {
  readonly mantissa: bigint;
  readonly shift: number;
}

/** `scale = mantissa / 2^shift`, the mantissa of 24 bits. */
function mantissaOf(scale: number): Mantissa {
  let [value, shift] = [exactly(scale), 0];
  const two = fraction(2n, 1n);
  const half = fraction(1n, 2n);
  for (; value.n < value.d * 2n ** 23n; shift += 1) value = multiply(value, two) as Fraction;
  for (; value.n >= value.d * 2n ** 24n; shift -= 1) value = multiply(value, half) as Fraction;
  return { mantissa: quotient(value), shift };
}

/** The accumulator as the nearest float32, times the scale, as the nearest float32. */
function floatProduct(acc: bigint, scale: number): Fraction {
  const float = exactly(nearestFloat32(fraction(acc, 1n)));
  return exactly(nearestFloat32(multiply(float, exactly(scale)) as Fraction));
}

const nearestOfFloat = (acc: bigint, p: Parameters): bigint =>
  roundRational(floatProduct(acc, N(p, 'scale')), 'halfEven');

const floatRule: Rule = (acc, p, output) => added(nearestOfFloat(acc, p), output);

const onMantissa =
  (mode: RoundingMode): Rule =>
  (acc, p, output) => {
    const { mantissa, shift } = mantissaOf(N(p, 'scale'));
    return added(congruent(roundRational(scaledBy(acc, mantissa, shift), mode), 32), output);
  };

const twiceOnMantissa = (acc: bigint, p: Parameters): bigint => {
  const { mantissa, shift } = mantissaOf(N(p, 'scale'));
  return right(high(acc, mantissa * 128n, 'halfUp'), shift - 24, 'halfAwayFromZero');
};

const neonMantissa: Rule = (acc, p, { zeroPoint, min, max }) => {
  const { mantissa, shift } = mantissaOf(N(p, 'scale'));
  const after = Math.max(shift - 24, 1);
  const before = after - (shift - 24);
  const raised = in32(acc * 2n ** BigInt(before));
  const value = right(in32(high(raised, mantissa * 128n, 'floor')), after, 'halfUp');
  return clamped(inUint8(in16(in16(value) + BigInt(zeroPoint))), BigInt(min), BigInt(max));
};

const mantissa16: Rule = (acc, p, { zeroPoint, min, max }) => {
  const { mantissa, shift } = mantissaOf(N(p, 'scale'));
  const rounded = roundRational(scaledBy(mantissa, 1n, 9), 'halfUp');
  const [multiplier, exponent] = rounded === 32768n ? [16384n, 25 - shift] : [rounded, 24 - shift];
  const raised = exponent >= 0 ? in32(acc * 2n ** BigInt(exponent)) : right(acc, -exponent, 'halfUp');
  const value = roundRational(scaledBy(in16(raised), multiplier, 15), 'halfUp');
  return clamped(in16(value + BigInt(zeroPoint)), BigInt(min), BigInt(max));
};

/** Gemmini's C macro: between the value cut towards zero, and the value moved by 1 as a float32 and cut. */
function macro(value: Fraction): bigint {
  const near = roundRational(value, 'towardZero');
  const one = fraction(value.s < 0n ? -1n : 1n, 1n);
  const far = roundRational(exactly(nearestFloat32(add(value, one))), 'towardZero');
  const twiceRest = 2n * (value.n % value.d);
  if (twiceRest !== value.d) return twiceRest < value.d ? near : far;
  return near % 2n === 0n ? near : far;
}

/** A double nearest to a fraction of at most 2^53 places: numerator and denominator are exact. */
const nearestDouble = (value: Fraction): Fraction => {
  let [lastPlace, places] = [0, value];
  while (places.n >= places.d * 2n ** 53n) {
    lastPlace += 1;
    places = multiply(value, power(-lastPlace)) as Fraction;
  }
  while (places.n !== 0n && places.n < places.d * 2n ** 52n) {
    lastPlace -= 1;
    places = multiply(value, power(-lastPlace)) as Fraction;
  }
  return multiply(fraction(roundRational(places, 'halfEven'), 1n), power(lastPlace)) as Fraction;
};

const referenceEvaluator: Rule = (acc, p, output) => {
  const product = nearestDouble(multiply(fraction(acc, 1n), exactly(N(p, 'scale'))) as Fraction);
  const sum = nearestDouble(add(product, fraction(BigInt(output.zeroPoint), 1n)));
  return ended(roundRational(sum, 'halfEven'), output);
};

// One multiplication, one rounding, right shifts.
const product = (acc: bigint, p: Parameters): Fraction =>
  scaledBy(acc, P(p, 'multiplier'), N(p, 'rightShift'));

const exactProduct =
  (mode: RoundingMode): Rule =>
  (acc, p, output) =>
    added(roundRational(product(acc, p), mode), output);

const productInRegister: Rule = (acc, p, output) =>
  addedInRegister(congruent(roundRational(product(acc, p), 'halfUp'), 32), output);

const leftProduct =
  (mode: RoundingMode): Rule =>
  (acc, p, output) =>
    added(roundRational(scaledBy(acc, P(p, 'multiplier'), 31 - N(p, 'leftShift')), mode), output);

const tosaDouble: Rule = (acc, p, output) => {
  const nudge = N(p, 'rightShift') > 31 ? (acc < 0n ? -(2n ** 30n) : 2n ** 30n) : 0n;
  const value = scaledBy(acc * P(p, 'multiplier') + nudge, 1n, N(p, 'rightShift'));
  return addedInRegister(congruent(roundRational(value, 'halfUp'), 32), output);
};

const shiftOnly = (acc: bigint, p: Parameters, mode: RoundingMode, name = 'shift'): bigint =>
  roundRational(scaledBy(acc, 1n, N(p, name)), mode);

const vta = (acc: bigint, p: Parameters): bigint =>
  N(p, 'shift') < 0
    ? congruent(acc * 2n ** BigInt(-N(p, 'shift')), 32)
    : roundRational(scaledBy(acc, 1n, N(p, 'shift')), 'floor');

const apFixed =
  (mode: RoundingMode, kind: ApOverflow): Rule =>
  (acc, p, output) => {
    const rounded = shiftOnly(acc, p, mode, 'droppedBits');
    const destination = {
      bits: N(p, 'bits'),
      isSigned: N(p, 'isSigned') === 1,
      saturatedBits: N(p, 'saturatedBits'),
      source: acc,
      unrounded: shiftOnly(acc, p, 'floor', 'droppedBits'),
    };
    const isReplaced = kind === 'sat-sym' || isOverflow(rounded, destination); // symmetric: the lowest value, too
    return ended(isReplaced ? overflowed(rounded, destination, kind) : rounded, output);
  };

const MODES: Readonly<Record<KebabCase<RoundingMode>, RoundingMode>> = {
  floor: 'floor',
  ceil: 'ceil',
  'toward-zero': 'towardZero',
  'away-from-zero': 'awayFromZero',
  'half-up': 'halfUp',
  'half-down': 'halfDown',
  'half-away-from-zero': 'halfAwayFromZero',
  'half-toward-zero': 'halfTowardZero',
  'half-even': 'halfEven',
  'half-odd': 'halfOdd',
  jam: 'jam',
};
const VXRM: Readonly<Record<VectorRounding, RoundingMode>> = {
  rnu: 'halfUp',
  rne: 'halfEven',
  rdn: 'floor',
  rod: 'jam',
};
const AP: Readonly<Record<ApQuantization, RoundingMode>> = {
  trn: 'floor',
  'trn-zero': 'towardZero',
  rnd: 'halfUp',
  'rnd-zero': 'halfTowardZero',
  'rnd-inf': 'halfAwayFromZero',
  'rnd-min-inf': 'halfDown',
  'rnd-conv': 'halfEven',
};
const AP_OVERFLOWS: readonly ApOverflow[] = ['wrap', 'sat', 'sat-sym', 'sat-zero', 'wrap-sm'];

/** Rules that come in modes, by name. */
const families: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...Object.entries(MODES).flatMap(([name, mode]): [string, Rule][] => [
    [`shift-${name}`, (acc, p, output) => added(shiftOnly(acc, p, mode), output)],
    [`multiply-shift-${name}`, exactProduct(mode)],
  ]),
  ...Object.entries(VXRM).flatMap(([name, mode]): [string, Rule][] => [
    [`rvv-vssra-${name}`, (acc, p, output) => ended(shiftOnly(acc, p, mode), output)],
    [`rvv-vnclip-${name}`, (acc, p, output) => ended(in8(in16(shiftOnly(acc, p, mode))), output)],
    [`rvv-vsmul-${name}`, (acc, p, output) => ended(in32(high(acc, P(p, 'multiplier'), mode)), output)],
  ]),
  ...Object.entries(AP).flatMap(([name, mode]) =>
    AP_OVERFLOWS.map((kind): [string, Rule] => [`ap-fixed-${name}-${kind}`, apFixed(mode, kind)]),
  ),
]);

type Family =
  | `shift-${KebabCase<RoundingMode>}`
  | `multiply-shift-${KebabCase<RoundingMode>}`
  | `rvv-${string}`
  | `ap-fixed-${string}`;

/** All other rules; one that is missing here does not compile. */
const rules: Readonly<Record<Exclude<RuleName, Family>, Rule>> = {
  'shift-stochastic': (acc, p, output) =>
    added(roundRational(scaledBy(acc + P(p, 'random'), 1n, N(p, 'shift')), 'floor'), output),
  'double-rounding': (acc, p, output) =>
    added(twice(acc, P(p, 'multiplier'), N(p, 'leftShift'), 'halfAwayFromZero'), output),
  'tflite-double': tfliteDouble,
  'tflite-single': tfliteSingle,
  'tflite-int64': (acc, p, output) => {
    const value = scaledBy(acc, shortMultiplier(P(p, 'multiplier')), 15 - N(p, 'leftShift'));
    return addedInRegister(congruent(roundRational(value, 'halfUp'), 32), output);
  },
  'tflite-neon-double': (acc, p, output) =>
    addedInRegister(twice(acc, P(p, 'multiplier'), N(p, 'leftShift'), 'halfUp'), output),
  'tflite-neon-single': armSingle('floor'),
  ruy: tfliteSingle,
  'cmsis-nn-double': tfliteDouble,
  'cmsis-nn-single': tfliteSingle,
  'cmsis-nn-s64': (acc, p, output) => {
    const value = scaledBy(acc, shortMultiplier(P(p, 'multiplier')), 14 - N(p, 'leftShift'));
    const doubled = congruent(congruent(roundRational(value, 'floor'), 32) + 1n, 32);
    return addedInRegister(roundRational(fraction(doubled, 2n), 'floor'), output);
  },
  'cmsis-nn-mve-double': tfliteDouble,
  'cmsis-nn-mve-single': armSingle('floor'),
  'cmsis-nn-mve-single-predicated': armSingle('halfUp'),
  'esp-nn': tfliteDouble,
  'esp-nn-fast': (acc, p, output) => {
    const leftShift = N(p, 'leftShift');
    const first = in32(high(moved(acc, Math.max(leftShift, 0)), P(p, 'multiplier'), 'halfUp'));
    if (leftShift >= 0) return addedInRegister(first, output);
    const nudged = congruent(first + 2n ** BigInt(-leftShift - 1) - (first < 0n ? 1n : 0n), 32);
    return addedInRegister(roundRational(scaledBy(nudged, 1n, -leftShift), 'floor'), output);
  },
  'xnnpack-fp32': floatRule,
  'xnnpack-rndnu': onMantissa('halfUp'),
  'xnnpack-rndnu-neon': neonMantissa,
  'xnnpack-rndnu16': mantissa16,
  'xnnpack-rndna': onMantissa('halfAwayFromZero'),
  'xnnpack-gemmlowp': (acc, p, output) => addedInRegister(twiceOnMantissa(acc, p), output),
  'qnnpack-fp32': floatRule,
  'qnnpack-precise': onMantissa('halfAwayFromZero'),
  'qnnpack-q31': (acc, p, output) => added(twiceOnMantissa(acc, p), output),
  'qnnpack-gemmlowp': (acc, p, output) => addedInRegister(twiceOnMantissa(acc, p), output),
  'fbgemm-float': floatRule,
  'fbgemm-float-avx2': (acc, p, { zeroPoint, min, max }) => {
    const nearest = nearestOfFloat(acc, p);
    const converted = in32(nearest) === nearest ? nearest : -(2n ** 31n);
    const sum = in16(in16(converted) + BigInt(zeroPoint));
    return clamped(inUint8(sum), BigInt(min), BigInt(max));
  },
  'fbgemm-fixed': exactProduct('halfUp'),
  'fbgemm-fixed-avx2': (acc, p, { zeroPoint, min, max }) => {
    const cut = congruent(roundRational(product(acc, p), 'halfUp'), 32);
    const sum = congruent(cut + BigInt(zeroPoint), 32);
    return clamped(inUint8(in16(sum)), BigInt(min), BigInt(max));
  },
  pytorch: floatRule,
  onnxruntime: floatRule,
  'onnx-reference': referenceEvaluator,
  'tosa-double': tosaDouble,
  'tosa-single': productInRegister,
  'tosa-16': productInRegister,
  'tvm-tonearest': leftProduct('halfAwayFromZero'),
  'tvm-upward': leftProduct('halfUp'),
  'ethos-u-tfl': (acc, p, output) =>
    added(twice(acc, P(p, 'multiplier'), 31 - N(p, 'rightShift'), 'halfAwayFromZero'), output),
  'ethos-u-truncate': exactProduct('towardZero'),
  'ethos-u-natural': exactProduct('halfUp'),
  'nvdla-sdp': (acc, p, output) => {
    const value = scaledBy(acc - P(p, 'offset'), P(p, 'scale'), N(p, 'truncate'));
    return ended(in17(roundRational(value, 'halfAwayFromZero')), output);
  },
  'nvdla-sdp-x': (acc, p, output) => {
    const operand = in32(P(p, 'aluOperand') * 2n ** P(p, 'aluShift'));
    const value = scaledBy(acc + operand, P(p, 'mulOperand'), N(p, 'mulShift'));
    return ended(in32(roundRational(value, 'halfAwayFromZero')), output);
  },
  'gemmini-shift': (acc, p, output) => ended(shiftOnly(acc, p, 'halfEven'), output),
  'gemmini-scale': (acc, p, output) => ended(in32(nearestOfFloat(acc, p)), output),
  'gemmini-scale-c-model': (acc, p, output) => ended(macro(floatProduct(acc, N(p, 'scale'))), output),
  'vta-shr': (acc, p, output) => ended(vta(acc, p), output),
  'vta-shr-truncating': (acc, p, output) => ended(congruent(vta(acc, p), 8), output),
  'pulp-nn-32': (acc, p, output) => {
    const sum = congruent(congruent(acc * P(p, 'multiplier'), 32) + P(p, 'lambda'), 32);
    return ended(roundRational(scaledBy(sum, 1n, N(p, 'rightShift')), 'floor'), output);
  },
  'pulp-nn-64': (acc, p, output) => {
    const sum = acc * P(p, 'multiplier') + P(p, 'lambda');
    return ended(congruent(roundRational(scaledBy(sum, 1n, N(p, 'rightShift')), 'floor'), 32), output);
  },
  'pulp-nn-quant': (acc, p, output) => ended(roundRational(product(acc, p), 'floor'), output),
};

/** What a rule answers, by its sentence. */
export function oracleCode(name: RuleName, { acc, parameters, output }: RequantizerCase): bigint {
  const rule = families.get(name) ?? rules[name as Exclude<RuleName, Family>];
  return rule(acc, parameters, output);
}
