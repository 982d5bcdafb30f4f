import { describe, expect, it } from 'vitest';
import { REQUANTIZER_RULES } from '../../src/arith/index.js';
import { cli } from '../support/cli.js';
import { refusal } from './refusal.js';

/** What a command of the group prints. */
async function printed(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli(['rounding', ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

/** As text: no line is longer than 100 columns. */
async function rounding(...args: readonly string[]): Promise<string> {
  const text = await printed(...args);
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  return text;
}

const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse(await printed(...args, '--json'));

/** What a comparison of 1000 cases exits with. */
const exitOf = async (a: string, b: string, ...options: readonly string[]): Promise<number> =>
  (await cli(['rounding', 'compare', a, b, '--runs', '1000', ...options])).exitCode;

describe('rounding', () => {
  it('lists requantizers, families in one line, with what running them on ties shows', async () => {
    const text = await rounding();
    expect(text).toMatch(/^tflite-double +TensorFlow Lite +multiplier leftShift +wraps {2}1 -1 {2}2 {2}-2$/m);
    expect(text).toMatch(/^ap-fixed-\* \(35\) /m);
    expect(await rounding('list')).toBe(text);
  });

  it('lists every requantizer on its own, as text, JSON and CSV', async () => {
    const names = REQUANTIZER_RULES.map(({ name }) => name);
    const text = await rounding('list', '--all');
    expect(names.filter((name) => !text.includes(`\n${name} `))).toEqual([]);
    const { rules } = (await json('list')) as { rules: { name: string }[] };
    expect(rules.map(({ name }) => name)).toEqual(names);
    const [, ...records] = (await printed('list', '--csv')).split('\n');
    expect(records.map((record) => record.split(',')[0])).toEqual(names);
  });

  it('lists the requantizers of one stack', async () => {
    expect(await json('--stack', 'gemmini')).toMatchObject({
      rules: [{ name: 'gemmini-shift' }, { name: 'gemmini-scale' }, { name: 'gemmini-scale-c-model' }],
    });
    expect(await refusal(['rounding', '--stack', 'tpu'])).toMatch(
      /^bitmac: --stack: found 'tpu', expected part of exact, TensorFlow Lite, /,
    );
  });

  it.each(['list', 'show', 'compare', 'properties', 'table'])('helps with %s', async (command) => {
    expect(await rounding(command, '--help')).toContain(`bitmac rounding ${command}`);
  });
});

describe('rounding show', () => {
  it('prints a rule in full', async () => {
    expect(await rounding('show', 'gemmini-shift')).toMatchInlineSnapshot(`
      "gemmini-shift

      stack        Gemmini
      formula      half_even(acc, shift)
      source       ucb-bar/libgemmini@5b1254a7dc72, ucb-bar/gemmini@8c3f9923a44a gemmini_params.h
                   ROUNDING_RIGHT_SHIFT
      accumulator  int32
      codes        int8
      zero point   none
      contract     the zero point is 0

      Parameters

      name   type     from  to  meaning
      ------------------------------------------------------------------
      shift  integer     0  31  bits dropped; to the left where negative

      Returns the same codes as

      - shift-half-even
      - rvv-vssra-rne"
    `);
    expect(await json('show', 'tflite-single')).toMatchObject({
      codes: 'int8',
      parameters: [{ name: 'multiplier', min: 0, max: 2 ** 31 - 1 }, { name: 'leftShift' }],
    });
  });
});

describe('rounding compare', () => {
  it('counts disagreements and shows the smallest one and those about ties', async () => {
    const args = ['compare', 'tflite-double', 'tflite-single', '--runs', '10000'];
    expect(await rounding(...args)).toMatchInlineSnapshot(`
      "tflite-double and tflite-single: 75 of 10,000 realistic cases differ, 7,500 per million, by at most
      1

      factors  31 significant bits, as many as both take; 2^-11 … 2^-4, all as likely
      values   all over the grid and a little beyond
      seed     1
      stated   tflite-double returns the codes of tflite-single, where s >= 0: without a right shift there
               is one rounding; within both contracts

      Furthest apart

        acc 3718, multiplier 2088351500, leftShift -6 (factor 522087875/2^35), zero point 6, clamp
        -128…127
        exact 62.494106516… = 1073640574729/2^34: tflite-double 63, tflite-single 62

      Smallest case

        acc 1, multiplier 1073741824, leftShift -1 (factor 1/4), zero point 0, clamp -128…127
        exact 0.25: tflite-double 1, tflite-single 0

      About 0 under a factor of 1/4

      acc  exact  tflite-double  tflite-single
      ------------------------------------------------
       -7  -1.75             -2             -2
       -6   -1.5             -2             -1  differ
       -5  -1.25             -1             -1
       -4     -1             -1             -1
       -3  -0.75             -1             -1
       -2   -0.5             -1              0  differ
       -1  -0.25              0              0
        0      0              0              0
        1   0.25              1              0  differ
        2    0.5              1              1
        3   0.75              1              1
        4      1              1              1
        5   1.25              2              1  differ
        6    1.5              2              2
        7   1.75              2              2"
    `);
    expect(await json(...args)).toMatchObject({
      cases: 10_000,
      smallest: { acc: '1', exact: '0.25', a: 1, b: 0 },
    });
    expect((await printed(...args, '--csv')).split('\n')[0]).toBe('acc,exact,tflite-double,tflite-single');
  });

  it('says no with 1 only where equality is expected and not found', async () => {
    expect(await exitOf('xnnpack-fp32', 'xnnpack-rndna')).toBe(0);
    expect(await exitOf('xnnpack-fp32', 'xnnpack-rndna', '--expect-equal')).toBe(1);
    expect(await exitOf('xnnpack-fp32', 'onnxruntime', '--expect-equal', '--corners')).toBe(0);
  });

  it('refuses what has no factor in common, and what is no requantizer', async () => {
    expect(await refusal(['rounding', 'compare', 'shift-stochastic', 'ruy'])).toBe(
      'bitmac: command line: found no factor that shift-stochastic and ruy both take, expected two requantizers ' +
        "with a factor in common; see 'bitmac rounding show' for their parameters",
    );
    expect(await refusal(['rounding', 'compare', 'ruy', 'rui'])).toMatch(/did you mean 'ruy'\?/);
    expect(await refusal(['rounding', 'compare', 'ruy', 'ruy', '--runs', '0'])).toMatch(/^bitmac: --runs: /);
  });
});

describe('rounding properties', () => {
  it('says of each property whether it holds, with a counter-example', async () => {
    const args = ['properties', 'shift-half-even', '--runs', '500'];
    expect(await rounding(...args)).toMatchInlineSnapshot(`
      "shift-half-even, within its contract

      withinHalfLsb  holds in 1,173 cases
                     A code is at most 1/2 away from the exact value, where that lies on the grid.

      withinOneLsb   holds in 1,173 cases
                     A code is less than 1 away from the exact value, where that lies on the grid: one of
                     its neighbours.

      monotone       holds in 1,316 cases
                     A larger accumulator never has a smaller code; under a negative factor, never a
                     larger one.

      oddSymmetric   holds in 1,326 cases
                     The negative accumulator has the mirrored code, on a grid that is symmetric about the
                     real 0.

      saturates      holds in 1,403 cases
                     Codes stay on the grid, and an exact value at or beyond an end of it has the code of
                     that end.

      idempotent     holds in 1,403 cases
                     Under a factor of 1, the value of a code has that code again.

      unbiased       holds, by counting
                     The errors of a shift by 4 bits have a mean of 0, over all remainders and over ties.
                     - mean error 0 of a code over all remainders; 0 over ties, 0 over those of positive
                       values"
    `);
    const { properties } = (await json(...args)) as { properties: unknown[] };
    expect(properties).toHaveLength(7);
    expect((await printed(...args, '--csv')).split('\n')).toHaveLength(8);
  });

  it('checks the equalities that are stated', async () => {
    const { properties } = (await json('properties', 'tflite-double', '--runs', '300')) as {
      properties: { name: string; verdict: string }[];
    };
    const equalities = properties.filter(({ name }) => name.startsWith('equalTo '));
    expect(equalities.length).toBeGreaterThan(5);
    expect(equalities.filter(({ verdict }) => verdict !== 'held')).toEqual([]);
    expect(properties[0]).toMatchObject({ name: 'withinHalfLsb', counterexample: [{ acc: '1', code: 1 }] });
  });
});

describe('rounding table', () => {
  it('prints codes and errors of one rule', async () => {
    const args = ['table', 'shift-half-even', '--from', '-3', '--to', '3', '--shift', '1'];
    expect(await rounding(...args)).toMatchInlineSnapshot(`
      "shift-half-even  shift 1 (factor 1/2), zero point 0, clamp -128…127

      acc  exact  code  error
      -----------------------
       -3   -1.5    -2   -0.5
       -2     -1    -1      0
       -1   -0.5     0    0.5
        0      0     0      0
        1    0.5     0   -0.5
        2      1     1      0
        3    1.5     2    0.5"
    `);
    expect(await printed(...args, '--csv')).toBe(
      [
        'acc,exact,shift-half-even',
        '-3,-1.5,-2',
        '-2,-1,-1',
        '-1,-0.5,0',
        '0,0,0',
        '1,0.5,0',
        '2,1,1',
        '3,1.5,2',
      ].join('\n'),
    );
  });

  it('puts rules side by side, each in its own parameters', async () => {
    expect(
      await json('table', 'ruy', 'xnnpack-fp32', '--scale', '0.5', '--from', '1', '--to', '1'),
    ).toMatchObject({
      rules: [
        {
          parameters: { multiplier: 2 ** 30, leftShift: 0 },
          rows: [{ code: 1, exact: '0.5', error: '0.5' }],
        },
        { parameters: { scale: 0.5 }, rows: [{ code: 0, error: '-0.5' }] },
      ],
    });
  });

  it('takes a double that is no float32 for a rule that multiplies by one', async () => {
    const sixth = ['--param', `scale=${1 / 6}`, '--from', '-3', '--to', '-3'];
    expect(await json('table', 'tflite-float64', ...sixth)).toMatchObject({
      rules: [{ parameters: { scale: 1 / 6 }, rows: [{ code: -1 }] }],
    });
  });

  it('takes a rule’s own parameters, and marks what is outside its contract', async () => {
    const own = ['--param', 'multiplier=1073741824', 'leftShift=30', '--from', '1', '--to', '2'];
    expect(await rounding('table', 'tflite-double', ...own)).toMatch(
      /^ {2}2 +1073741824 +-128 +-1073741952 {2}!$/m,
    );
  });

  it.each([
    { args: ['ruy'], says: 'command line: found no factor, expected --shift, ' },
    { args: ['ruy', '--shift', '99'], says: "--shift: found '99', expected a whole number from -31 to 62" },
    { args: ['ruy', '--scale', '0'], says: "--scale: found '0', expected a positive number, alone" },
    {
      args: ['shift-floor', '--shift', '3', '--multiplier', '3'],
      says: 'shift-floor: found no parameters of factor 3/8',
    },
    {
      args: ['nvdla-sdp', '--param', 'scal=3'],
      says: "--param: found 'scal', expected one of offset, scale, truncate",
    },
    {
      args: ['vta-shr', '--param', 'shift=99'],
      says: "--param shift: found '99', expected a whole number from -31 to 31",
    },
    {
      args: ['xnnpack-fp32', '--param', 'scale=0.1'],
      says: "--param scale: found '0.1', expected a float32 from",
    },
    {
      args: ['tflite-float64', '--param', 'scale=0'],
      says: "--param scale: found '0', expected a float64 from",
    },
    { args: ['vta-shr', '--param', 'shift'], says: "--param: found 'shift', expected name=value" },
    {
      args: ['vta-shr', '--shift', '1', '--zero-point', '3'],
      says: '--zero-point: found 3, expected 0: vta-shr has none',
    },
    {
      args: ['ruy', '--shift', '1', '--from', '9', '--to', '8'],
      says: "--to: found '8', expected a whole number from 9",
    },
  ])('refuses $args', async ({ args, says }) => {
    expect(await refusal(['rounding', 'table', ...args])).toContain(`bitmac: ${says}`);
  });
});
