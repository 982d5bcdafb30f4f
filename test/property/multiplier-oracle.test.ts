import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRequantizationMultiplier } from '../../src/arith/multipliers/fbgemm.js';
import {
  quantizeMultiplier,
  quantizeMultiplierEmulated,
  quantizeMultiplierSingle,
  reduceMultiplier,
  tvmMultiplier,
  type QuantizedMultiplier,
} from '../../src/arith/multipliers/tflite.js';
import { reciprocalScale, tosaMultiplier16, tosaMultiplier32 } from '../../src/arith/multipliers/tosa.js';
import {
  velaReducedScale,
  velaScale,
  type RightShiftedMultiplier,
} from '../../src/arith/multipliers/vela.js';
import { splitScale, splitScale16 } from '../../src/arith/multipliers/xnnpack.js';
import { qLinearScale } from '../../src/arith/requantizers/onnxruntime.js';
import { anyFactor, anyScale } from '../arbitraries/factors.js';
import { exactly } from '../oracle/float32.js';
import * as oracle from '../oracle/multipliers.js';
import { counterexample } from '../support/counterexample.js';

/** A derivation beside the oracle's, and the inputs that it is for. */
interface Derivation {
  readonly name: string;
  readonly inputs: fc.Arbitrary<number>;
  readonly derive: (input: number) => oracle.Derived;
  readonly expected: (input: number) => oracle.Derived;
}

const leftShifted =
  (derive: (factor: number) => QuantizedMultiplier) =>
  (factor: number): oracle.Derived => {
    const { multiplier, leftShift } = derive(factor);
    return { multiplier: BigInt(multiplier), shift: leftShift };
  };

const rightShifted =
  (derive: (input: number) => RightShiftedMultiplier) =>
  (input: number): oracle.Derived => {
    const { multiplier, rightShift } = derive(input);
    return { multiplier: BigInt(multiplier), shift: rightShift };
  };

const factors = anyFactor(-110, 66);
const orZero = fc.oneof({ weight: 30, arbitrary: factors }, { weight: 1, arbitrary: fc.constant(0) });
const counts = fc.oneof(
  fc.integer({ min: 1, max: 1100 }),
  fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  fc
    .tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -1, max: 1 }))
    .map(([power, off]) => Math.max(1, 2 ** power + off)),
);
const multipliers = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  fc
    .tuple(fc.integer({ min: 0, max: 32767 }), fc.integer({ min: 2 ** 15 - 1, max: 2 ** 15 + 1 }))
    .map(([high, low]) => Math.min(2 ** 31 - 1, high * 2 ** 16 + low)),
  fc.integer({ min: -2, max: 2 }).map((off) => 0x7fff0000 + off),
);

const DERIVATIONS: readonly Derivation[] = [
  { name: 'TFLite', inputs: orZero, derive: leftShifted(quantizeMultiplier), expected: oracle.tflite },
  {
    name: 'TFLite, single rounding',
    inputs: orZero,
    derive: leftShifted(quantizeMultiplierSingle),
    expected: oracle.tfliteSingle,
  },
  {
    name: 'TFLite, emulated float',
    inputs: orZero,
    derive: leftShifted(quantizeMultiplierEmulated),
    expected: oracle.tfliteEmulated,
  },
  { name: 'TVM', inputs: orZero, derive: leftShifted(tvmMultiplier), expected: oracle.tvm },
  { name: 'Vela', inputs: factors, derive: rightShifted(velaScale), expected: oracle.vela },
  {
    name: 'Vela, reduced',
    inputs: factors,
    derive: rightShifted(velaReducedScale),
    expected: oracle.velaReduced,
  },
  { name: 'TOSA, 32 bits', inputs: factors, derive: rightShifted(tosaMultiplier32), expected: oracle.tosa32 },
  { name: 'TOSA, 16 bits', inputs: factors, derive: rightShifted(tosaMultiplier16), expected: oracle.tosa16 },
  {
    name: 'TOSA, reciprocal of a count',
    inputs: counts,
    derive: rightShifted(reciprocalScale),
    expected: oracle.tosaReciprocal,
  },
  {
    name: 'FBGEMM',
    inputs: factors,
    derive: rightShifted(chooseRequantizationMultiplier),
    expected: oracle.fbgemm,
  },
  {
    name: 'XNNPACK, 24 bits',
    inputs: anyScale(-64, 31),
    derive: (scale) => {
      const { mantissa, shift } = splitScale(scale);
      return { multiplier: mantissa, shift };
    },
    expected: oracle.significand24,
  },
  {
    name: 'XNNPACK, 15 bits',
    inputs: anyScale(-64, 31),
    derive: (scale) => {
      const { multiplier, exponent } = splitScale16(scale);
      return { multiplier, shift: exponent };
    },
    expected: oracle.significand15,
  },
  {
    name: 'TFLite, 16-bit kernels',
    inputs: multipliers,
    derive: (multiplier) => ({ multiplier: BigInt(reduceMultiplier(multiplier)), shift: 0 }),
    expected: (multiplier) => ({ multiplier: oracle.reducedTo15Bits(multiplier), shift: 0 }),
  },
];

const CASES = 4000;

describe('a derivation is what its sentence says in exact rationals', () => {
  it.each(DERIVATIONS.map((derivation, stream) => ({ ...derivation, stream })))(
    '$name',
    ({ inputs, derive, expected, stream }) => {
      const answers = new Set<bigint>();
      const property = fc.property(inputs, (input) => {
        const { multiplier, shift } = derive(input);
        const want = expected(input);
        answers.add(multiplier);
        return multiplier === want.multiplier && shift === want.shift;
      });
      expect(counterexample(property, CASES, stream)).toBe('');
      expect(answers.size).toBeGreaterThan(CASES / 10);
    },
  );

  it('the scale of ONNX Runtime, of three scales', () => {
    const scales = anyScale(-40, 4);
    const property = fc.property(scales, scales, scales, (xScale, wScale, yScale) =>
      exactly(qLinearScale(xScale, wScale, yScale)).equals(oracle.scaleOfThree(xScale, wScale, yScale)),
    );
    expect(counterexample(property, CASES)).toBe('');
  });
});
