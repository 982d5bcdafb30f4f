import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleOf } from '../../src/arith/requantizers/registry.js';
import { caseLine, headerLine } from '../../src/dut/protocol.js';
import { cli, repositoryPath } from '../support/cli.js';

const script = repositoryPath('test/support/dut.mjs');
const device = (manner: string): string => `'${process.execPath}' '${script}' '${manner}'`;

/** What a person sees, without the paths of this machine. */
async function check(rule: string, dut: string, ...options: readonly string[]) {
  const { exitCode, stdout, stderr } = await cli(['rounding', 'check', rule, '--dut', dut, ...options]);
  const named = (text: string): string => text.replaceAll(dut, 'DUT').replaceAll(/\s+/g, ' ');
  return { exitCode, stdout: named(stdout), stderr: named(stderr) };
}

const checkManner = (manner: string, ...options: readonly string[]) =>
  check('shift-floor', device(manner), '--runs', '200', ...options);

describe('rounding check: a device', () => {
  it.each(['is right', 'answers in pieces'])('%s', async (manner) => {
    const { exitCode, stdout } = await checkManner(manner, '--batch', '37');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^DUT: equal to shift-floor in [\d,]+ cases$/) as string,
    });
  });

  it.each([
    { manner: 'crashes', says: 'DUT: crashed with exit code 3 after 3 answers' },
    { manner: 'is killed', says: 'DUT: crashed by SIGKILL after 3 answers' },
    { manner: 'answers too few', says: 'DUT: ended with too few answers after 3 answers' },
    { manner: 'answers garbage', says: "DUT: answered '1.5', expected a decimal integer, after 3 answers" },
    { manner: 'answers too many', says: "', a line that no case asked for, after" },
    { manner: 'floods lines', says: "DUT: wrote '7', a line that no case asked for, after" },
    { manner: 'floods one line', says: "DUT: answered '11111" },
    { manner: 'fails at the end', says: 'DUT: crashed with exit code 9 after' },
  ])('that $manner', async ({ manner, says }) => {
    const { exitCode, stdout } = await checkManner(manner, '--batch', '50');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining(says) as string });
  });

  it.each([
    { manner: 'hangs', says: 'DUT: hung: nothing came for 400ms after 3 answers Case to be answered acc ' },
    { manner: 'answers at the end', says: 'DUT: answered only when its input ended: flush standard output' },
  ])('that $manner, within the time limit', async ({ manner, says }) => {
    const { exitCode, stdout } = await checkManner(manner, '--timeout', '400ms');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining(says) as string });
  });

  it('that crashes is quoted with the end of what it wrote to standard error', async () => {
    const { stdout } = await checkManner('crashes');
    expect(stdout).toContain('Standard error, its end segmentation imminent');
  });

  it('that rounds in another way differs in a case that a person can follow', async () => {
    const { exitCode, stdout } = await check('shift-half-up', device('is right'), '--runs', '200');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^DUT: differs from shift-half-up in \d+ of [\d,]+ cases Smallest case found acc 1, shift 1 /,
    );
    expect(stdout).toContain('exact 0.5, expected 1, observed 0');
    expect(stdout).toContain('--seed 1 asks the same cases again');
  });

  it('that is wrong far from 0 only is asked smaller and smaller cases', async () => {
    const dut = device('wrong above 1000');
    const { stdout } = await cli([
      'rounding',
      'check',
      'shift-floor',
      '--dut',
      dut,
      '--runs',
      '2000',
      '--json',
    ]);
    const { verdict, smallest, first } = JSON.parse(stdout) as {
      readonly verdict: string;
      readonly smallest: { readonly case: { readonly acc: string } };
      readonly first: readonly { readonly case: { readonly acc: string } }[];
    };
    expect(verdict).toBe('differs');
    expect(smallest.case).toEqual({
      acc: '1001',
      parameters: { shift: 0 },
      output: expect.anything() as object,
    });
    expect(Number(first[0]!.case.acc)).toBeGreaterThanOrEqual(Number(smallest.case.acc));
  });

  it('that is wrong in its fourth answer, whatever that is, is told from one that is wrong in a case', async () => {
    const { exitCode, stdout } = await checkManner('is late once');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^DUT: differs from shift-floor in 1 of /);
    expect(stdout).toContain(
      'asked again, alone, it gets the expected code: the answer depends on the cases before it',
    );
  });

  it('is asked the same cases in batches of any size', async () => {
    const dut = device('wrong above 1000');
    const [small, large] = [
      await check('shift-floor', dut, '--batch', '7', '--runs', '1500'),
      await check('shift-floor', dut, '--batch', '9999', '--runs', '1500'),
    ];
    expect(small).toEqual(large);
  });

  it('answers the same with the same seed', async () => {
    const dut = device('wrong above 1000');
    const [once, again] = [await check('shift-floor', dut), await check('shift-floor', dut)];
    expect(again).toEqual(once);
  });

  it('with wired values is asked no others', async () => {
    const { exitCode, stdout } = await checkManner(
      'is right',
      '--param',
      'shift=3',
      '--zero-point',
      '4',
      '--min',
      '0',
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'DUT: equal to shift-floor in 200 cases' });
  });

  it('says the same as JSON', async () => {
    const { stdout } = await checkManner('crashes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'bitmac-rounding-check/1',
      rule: 'shift-floor',
      seed: 1,
      verdict: 'failed',
      failure: { kind: 'crashed', exitCode: 3, signal: null },
      answered: 3,
      case: { parameters: {} },
    });
  });
});

describe('rounding check refuses', () => {
  it.each([
    {
      why: 'a command that is none',
      args: ['shift-floor', '--dut', './no such program'],
      says: '--dut: found a command that cannot be run',
    },
    {
      why: 'a rule that is none',
      args: ['shift-flor', '--dut', 'true'],
      says: "did you mean 'shift-floor'?",
    },
    {
      why: 'a time that is none',
      args: ['shift-floor', '--dut', 'true', '--timeout', 'soon'],
      says: "--timeout: found 'soon'",
    },
    {
      why: 'a zero point where the rule has none',
      args: ['gemmini-shift', '--dut', 'true', '--zero-point', '3'],
      says: 'no case that meets the contract of gemmini-shift',
    },
    {
      why: 'bounds out of order',
      args: ['shift-floor', '--dut', 'true', '--min', '5', '--max', '3'],
      says: '--min: found 5, expected at most --max, 3',
    },
    {
      why: 'a parameter out of range',
      args: ['shift-floor', '--dut', 'true', '--param', 'shift=99'],
      says: '--param shift',
    },
  ])('$why', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await cli(['rounding', 'check', ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

const has = (program: string, flag: string): boolean => spawnSync(program, [flag]).error === undefined;
const example = (name: string): string => repositoryPath(`examples/dut/${name}`);
const folder = mkdtempSync(join(tmpdir(), 'bitmac-dut-'));

const built = (name: string): string => {
  const program = join(folder, name);
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, example(`${name}.c`)]);
  return `'${program}'`;
};

describe.skipIf(!has('cc', '--version'))('the C devices of the examples', () => {
  it('the right one rounds as TFLite does, outside the contract too', async () => {
    const { exitCode, stdout } = await check('tflite-double', built('requantizer'), '--outside-contract');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('DUT: equal to tflite-double in 13,612 cases') as string,
    });
  });

  it('the one with a classic bug is found out by a negative value', async () => {
    const { exitCode, stdout } = await check('tflite-double', built('requantizer-buggy'));
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'Smallest case found acc -2, multiplier 1073741824, leftShift -2 (factor 1/8), zero point 0, clamp -128…127: exact -0.25, expected 0, observed -1',
    );
  });
});

describe.skipIf(!has('iverilog', '-V'))(
  'the SystemVerilog device of the examples, under Icarus Verilog',
  () => {
    const program = join(folder, 'requantizer.vvp');
    const compile = (): void => {
      const sources = [example('requantizer.sv'), example('requantizer-bench.sv')];
      execFileSync('iverilog', ['-g2012', '-Wall', '-o', program, ...sources]);
    };

    it('rounds as TFLite does under single rounding, and not as under double', async () => {
      compile();
      const right = await check('tflite-single', `vvp -n '${program}'`);
      expect(right.stdout).toContain('DUT: equal to tflite-single in 13,612 cases');
      const other = await check('tflite-double', `vvp -n '${program}'`);
      expect(other.stdout).toContain(
        '(factor 1/4), zero point 0, clamp -128…127: exact 0.25, expected 1, observed 0',
      );
      expect([right.exitCode, other.exitCode]).toEqual([0, 1]);
    });
  },
);

const guide = readFileSync(repositoryPath('docs/guides/test-your-requantizer.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(guide)![1]!;

describe('the guide', () => {
  it('shows a session in which the rule answers what is printed', () => {
    const lines = block('text').trimEnd().split('\n');
    const cases = lines.filter((line) => /^> -?\d/.test(line)).map((line) => line.slice(2));
    const answers = lines.filter((line) => line.startsWith('< ')).map((line) => BigInt(line.slice(2)));
    const codes = cases.map((line) => {
      const [acc, multiplier, leftShift, zeroPoint, min, max] = line.split(' ').map(Number);
      const parameters = { multiplier: multiplier!, leftShift: leftShift! };
      const output = { zeroPoint: zeroPoint!, min: min!, max: max! };
      const request = { acc: BigInt(acc!), parameters, output };
      expect(caseLine(request, ruleOf('tflite-double').parameters)).toBe(line);
      return ruleOf('tflite-double').code(request);
    });
    expect(lines[0]).toBe(`> ${headerLine(ruleOf('tflite-double'))}`);
    expect(codes).toEqual(answers);
  });

  it('writes a float32 as its bits', () => {
    const request = { acc: 3n, parameters: { scale: 0.5 }, output: { zeroPoint: 0, min: 0, max: 255 } };
    expect(caseLine(request, ruleOf('xnnpack-fp32').parameters)).toBe('3 1056964608 0 0 255');
  });

  it.each([
    { scale: 0.5, line: '3 4602678819172646912 0 0 255' },
    { scale: 0.5 - 2 ** -54, line: '3 4602678819172646911 0 0 255' },
  ])('writes the float64 $scale as its bits', ({ scale, line }) => {
    const request = { acc: 3n, parameters: { scale }, output: { zeroPoint: 0, min: 0, max: 255 } };
    expect(caseLine(request, ruleOf('tflite-float64').parameters)).toBe(line);
  });

  it.skipIf(!has('python3', '--version'))('has a device in Python that rounds half up', async () => {
    const program = join(folder, 'requantizer.py');
    writeFileSync(program, block('python'));
    const { stdout } = await check('shift-half-up', `python3 '${program}'`);
    expect(stdout).toMatch(/^DUT: equal to shift-half-up in [\d,]+ cases$/);
  });
});
