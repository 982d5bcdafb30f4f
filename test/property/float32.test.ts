import fc from 'fast-check';
import { add, divide, multiply, type Fraction } from 'mathjs';
import { expect, it } from 'vitest';
import { roundDouble, roundHalfEven } from '../../src/arith/float-rounding.js';
import { fusedMultiplyAdd } from '../../src/arith/float32.js';
import { INT8 } from '../../src/arith/int-format.js';
import { dequantizeLinear, quantizeLinear } from '../../src/arith/onnxruntime/quantize-linear.js';
import { ROUNDING_MODES } from '../../src/arith/rounding.js';
import { anyFloat32, anyFloatScale } from '../arbitraries/floats.js';
import { anyCode } from '../../src/testing/index.js';
import { exactly, nearestFloat32 } from '../oracle/float32.js';
import { roundRational } from '../oracle/rational.js';
import { counterexample } from '../support/counterexample.js';

/** Doubles of every size that has a fraction, near ties and off them. */
const anyFractionalDouble = fc
  .tuple(
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    fc.constantFrom(0, 0.25, 0.5, 0.75),
    fc.constantFrom(0, 1, -1),
    fc.integer({ min: 0, max: 80 }),
  )
  .map(([whole, part, nudge, tiny]) => (whole % 2 ** (tiny % 40)) + part + nudge * 2 ** -tiny);

it.each(ROUNDING_MODES)('%s of a double is that of the exact rational', (mode) => {
  const property = fc.property(
    anyFractionalDouble,
    (value) => BigInt(roundDouble(value, mode)) === roundRational(exactly(value), mode),
  );
  expect(counterexample(property)).toBe('');
});

it('the half-even of inner loops is half-even', () => {
  const property = fc.property(
    anyFractionalDouble,
    (value) => roundHalfEven(value) + 0 === roundDouble(value, 'halfEven'),
  );
  expect(counterexample(property)).toBe('');
});

it('a fused multiply-add is the float32 nearest to the exact sum', () => {
  const property = fc.property(anyFloat32(), anyFloat32(), anyFloat32(), (a, b, c) => {
    const exact = add(multiply(exactly(a), exactly(b)), exactly(c)) as Fraction;
    return fusedMultiplyAdd(a, b, c) + 0 === nearestFloat32(exact);
  });
  expect(counterexample(property, 5000)).toBe('');
});

it('so it is where the product is half a unit in the last place of the sum, give or take what a double drops', () => {
  const unit = fc.integer({ min: 2 ** 23, max: 2 ** 24 - 2 });
  const drop = fc.constantFrom(-1, 0, 1);
  const property = fc.property(unit, drop, fc.constantFrom(-1, 1), (c, dropped, sign) => {
    const [a, b] = [sign * (2 ** -1 + dropped * 2 ** -24), 1 + 2 ** -23 * Math.abs(dropped)];
    const exact = add(multiply(exactly(a), exactly(b)), exactly(c)) as Fraction;
    return fusedMultiplyAdd(a, b, c) === nearestFloat32(exact);
  });
  expect(counterexample(property, 5000)).toBe('');
});

it('the steps of QuantizeLinear and DequantizeLinear are float32 operations', () => {
  const property = fc.property(anyFloat32(), anyFloatScale(), anyCode(INT8), (x, scale, zeroPoint) => {
    const quotient = nearestFloat32(divide(exactly(x), exactly(scale)) as Fraction);
    const code = Number(roundRational(exactly(quotient), 'halfEven')) + zeroPoint;
    const product = nearestFloat32(multiply(exactly(x), exactly(scale)) as Fraction);
    return (
      quantizeLinear(x, { scale, zeroPoint, format: INT8 }) === Math.max(-128, Math.min(127, code)) &&
      dequantizeLinear(x, { scale, zeroPoint: 0 }) + 0 === product
    );
  });
  expect(counterexample(property)).toBe('');
});
