import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INT8, type IntFormat } from '../../src/arith/int-format.js';
import { requantize, requantizeToCode } from '../../src/arith/requantize.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import { ROUNDING_MODES, roundShift } from '../../src/arith/rounding.js';
import type { ValueType } from '../../src/ir/graph.js';
import { OutputStage } from '../../src/kernels/fast/output-stage.js';
import { bindRequantizer, requantizeFast } from '../../src/kernels/fast/requantize.js';
import { roundingAddends } from '../../src/kernels/fast/rounding-addends.js';
import { agreesBelow2To53 } from '../support/agreement.js';
import { counterexample } from '../support/counterexample.js';
import { anyCodeFormat, anyRequantizerFor } from '../arbitraries/quant.js';
import { anyAccumulator, anyClamp, anyCode, anyGenericRequantizer } from '../../src/testing/index.js';

function equalsDefinition(acc: number, requantizer: Requantizer, channel = 0): boolean {
  const fast = requantizeFast(bindRequantizer(requantizer), acc, channel);
  return agreesBelow2To53(fast, requantize(acc, requantizer, channel));
}

describe('a fast requantizer equals the bigint definition', () => {
  it('for any int32 accumulator, kind, mode and parameters', () => {
    expect(
      counterexample(
        fc.property(anyAccumulator(), anyGenericRequantizer(), (acc, requantizer) =>
          equalsDefinition(acc, requantizer),
        ),
        200_000,
      ),
    ).toBe('');
  });

  it('in every channel of a list', () => {
    expect(
      counterexample(
        fc.property(
          fc.integer({ min: 0, max: 4 }),
          anyAccumulator(),
          anyGenericRequantizer(5),
          (channel, acc, requantizer) => equalsDefinition(acc, requantizer, channel),
        ),
        20_000,
      ),
    ).toBe('');
  });

  it('beside exact ties, where the two roundings differ', () => {
    const nearTie = fc
      .record({
        multiplier: fc.constantFrom(1, 3, 2 ** 15, 2 ** 30, 3 * 2 ** 29),
        shift: fc.integer({ min: 1, max: 50 }),
        half: fc.integer({ min: -2000, max: 2000 }),
        off: fc.integer({ min: -1, max: 1 }),
      })
      .map(({ multiplier, shift, half, off }) => {
        const acc = Math.round(((2 * half + 1) * 2 ** (shift - 1)) / multiplier) + off;
        return { multiplier, shift, acc: Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, acc)) };
      });
    expect(
      counterexample(
        fc.property(nearTie, fc.constantFrom(...ROUNDING_MODES), ({ multiplier, shift, acc }, rounding) => {
          const single = {
            kind: 'multiplyShift',
            rounding,
            multipliers: [multiplier],
            shifts: [shift],
          } as const;
          const double = {
            kind: 'doubleRounding',
            multipliers: [multiplier],
            leftShifts: [31 - shift],
          } as const;
          return equalsDefinition(acc, single) && (shift > 50 || equalsDefinition(acc, double));
        }),
        50_000,
      ),
    ).toBe('');
  });

  it('for every accumulator of 12 bits, every shift to 14 and every mode', () => {
    const misses: string[] = [];
    for (const rounding of ROUNDING_MODES) {
      for (let shift = 0; shift <= 14; shift += 1) {
        const requantizer = { kind: 'multiplyShift', rounding, multipliers: [3], shifts: [shift] } as const;
        const fast = bindRequantizer(requantizer);
        for (let acc = -2048; acc < 2048; acc += 1) {
          const observed = requantizeFast(fast, acc, 0);
          const expected = requantize(acc, requantizer, 0);
          if (BigInt(observed) !== expected)
            misses.push(`${acc} ${rounding} ${shift} -> ${observed}, ${expected}`);
        }
      }
    }
    expect(misses).toEqual([]);
  });
});

it('every rounding mode is one of two addends and a floor', () => {
  const misses: string[] = [];
  for (const mode of ROUNDING_MODES) {
    for (let shift = 0; shift <= 5; shift += 1) {
      const { chosenBy, addends } = roundingAddends(mode, shift);
      for (let x = -256n; x < 256n; x += 1n) {
        const floor = x >> BigInt(shift);
        const second = chosenBy === 'sign' ? x < 0n : (floor & 1n) === 1n;
        const observed = (x + addends[second ? 1 : 0]) >> BigInt(shift);
        const expected = roundShift(x, shift, mode);
        if (observed !== expected) misses.push(`${x} ${mode} ${shift} -> ${observed}, ${expected}`);
      }
    }
  }
  expect(misses).toEqual([]);
});

const integers = (format: IntFormat): ValueType => ({ kind: 'int', format, quantization: null });

function codeOf(stage: OutputStage, sum: number): number {
  const codes = new Int32Array(1);
  stage.row(Float64Array.of(sum), 0, 1, codes, 0);
  return codes[0]!;
}

describe('an output stage', () => {
  const anyRequantizerOfUse = fc.oneof(
    anyGenericRequantizer(),
    anyRequantizerFor(2 ** 20, 1),
    anyRequantizerFor(2 ** 9, 1),
  );
  const anyCase = anyCodeFormat().chain((format) =>
    fc.record({
      format: fc.constant(format),
      outputZeroPoint: anyCode(format),
      clamp: anyClamp(format),
      requantizer: anyRequantizerOfUse,
      acc: fc.oneof(anyAccumulator(), fc.integer({ min: -(2 ** 20), max: 2 ** 20 })),
    }),
  );

  it('adds the zero point and clamps as the definition does, whichever way the value was rounded', () => {
    expect(
      counterexample(
        fc.property(anyCase, ({ format, acc, ...rest }) => {
          const node = { name: 'n', op: 'conv2d', ...rest };
          const stage = new OutputStage(node, { shape: [], type: integers(format) });
          const { requantizer, outputZeroPoint, clamp } = rest;
          return codeOf(stage, acc) === requantizeToCode(acc, requantizer, 0, outputZeroPoint, clamp);
        }),
        100_000,
      ),
    ).toBe('');
  });

  it.each([2 ** 31, -(2 ** 31) - 1, NaN])('refuses %d, which is no int32', (sum) => {
    const requantizer = { kind: 'shift', rounding: 'halfUp', shifts: [3] } as const;
    const node = {
      name: 'conv_1',
      op: 'conv2d',
      requantizer,
      outputZeroPoint: 0,
      clamp: { min: -128, max: 127 },
    };
    const stage = new OutputStage(node, { shape: [], type: integers(INT8) });
    expect(() => codeOf(stage, sum)).toThrow("node 'conv_1' (conv2d): a sum leaves int32");
  });
});
