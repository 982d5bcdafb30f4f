import { describe, expect, it } from 'vitest';
import { acceleratorPresets } from '../../src/hw/load-accelerator.js';
import { cli } from '../support/cli.js';
import { refusal } from './refusal.js';

const simulating = ['simulate', 'x.onnx', '--hw', 'a'];

describe('a command line is refused, with what to type instead, that', () => {
  it.each([
    { why: 'names no command', args: [], says: "no command; see 'bitmac --help'" },
    {
      why: 'misspells a command',
      args: ['simulat', 'x.onnx'],
      says:
        "unknown command 'simulat', expected one of demo, inspect, quantize, run, evaluate, diff, simulate, compare, sweep, export, hw, rounding; " +
        "did you mean 'simulate'? see 'bitmac --help'",
    },
    {
      why: 'has an option nobody knows',
      args: [...simulating, '--jsno'],
      says: "unknown option '--jsno'; did you mean '--json'? see 'bitmac simulate --help'",
    },
    {
      why: 'has a word too many',
      args: ['demo', 'x.onnx'],
      says: "one word too many, 'x.onnx'; see 'bitmac demo --help'",
    },
    {
      why: 'puts the models behind an option that swallows them',
      args: ['compare', '--hw', 'a', 'b', 'x.onnx'],
      says: 'no file, expected one before the options, or --shapes with a table',
    },
    {
      why: 'misspells a command of a group',
      args: ['rounding', 'shw', 'ruy'],
      says:
        "unknown command 'rounding shw', expected one of list, show, compare, properties, table, check; did you mean 'rounding show'? " +
        "see 'bitmac rounding --help'",
    },
    {
      why: 'has a word too many for a command of a group',
      args: ['rounding', 'show', 'ruy', 'esp-nn'],
      says: "one word too many, 'esp-nn'; see 'bitmac rounding --help'",
    },
    {
      why: 'lacks a name',
      args: ['rounding', 'show'],
      says: "too few names, expected one for each <…>; see 'bitmac rounding --help'",
    },
    {
      why: 'names a requantizer nobody knows',
      args: ['rounding', 'show', 'tflite-dubble'],
      says: "no requantizer 'tflite-dubble'; did you mean 'tflite-double'? see 'bitmac rounding'",
    },
    { why: 'lacks an option', args: ['simulate', 'x'], says: "no --hw; see 'bitmac simulate --help'" },
    {
      why: 'lacks the value of an option',
      args: [...simulating, '--html', '--json'],
      says: "--html without a value; see 'bitmac simulate --help'",
    },
    {
      why: 'chooses what is not offered',
      args: [...simulating, '--range', 'triple'],
      says: '--range "triple", expected one of "min-max", "mse"; see \'bitmac simulate --help\'',
    },
    {
      why: 'wants two forms at once',
      args: [...simulating, '--json', '--csv'],
      says: '--json and --csv, expected one of them',
    },
    {
      why: 'wants a machine as a table',
      args: ['inspect', 'whitepaper-16x16', '--csv', '--json'],
      says: '--json and --csv, expected one of them',
    },
  ])('$why', async ({ args, says }) => {
    expect(await refusal(args)).toBe(`bitmac: command line: found ${says}`);
  });

  it.each([
    {
      why: 'leaves a value empty',
      args: ['--html', ''],
      says: '--html: found an empty text, expected a value',
    },
    { why: 'says an option twice', args: ['--hw', 'b'], says: '--hw: found 2 of them, expected one' },
    {
      why: 'wants outputs of no data',
      args: ['--output', 'y.npy'],
      says: '--output: found no --input, expected data to compute the outputs of',
    },
    {
      why: 'names a row of no data',
      args: ['--row', '3'],
      says: '--row: found no --input, expected data to compute the outputs of',
    },
    {
      why: 'names a machine nobody knows',
      args: [],
      says: `found the name 'a', expected one of ${acceleratorPresets().join(', ')}, or the path of a .yaml or .json file`,
    },
  ])('$why', async ({ args, says }) => {
    expect(await refusal([...simulating, ...args])).toBe(`bitmac: ${says}`);
  });

  it('compares a machine with nothing', async () => {
    expect(await refusal(['compare', 'x.onnx', '--hw', 'a'])).toBe(
      'bitmac: --hw: found 1 machine, expected two or more; use simulate for one machine',
    );
  });
});

describe('help', () => {
  const commands = [
    'demo',
    'inspect',
    'quantize',
    'run',
    'evaluate',
    'diff',
    'simulate',
    'compare',
    'sweep',
    'export',
    'hw',
    'rounding',
  ];

  it('lists every command', async () => {
    const { exitCode, stdout } = await cli(['--help']);
    expect(exitCode).toBe(0);
    expect([...stdout.matchAll(/^ {2}bitmac (\w+)/gm)].map(([, name]) => name)).toEqual(commands);
  });

  it.each(commands)('of %s fits 100 columns', async (command) => {
    const { exitCode, stdout, stderr } = await cli([command, '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`bitmac ${command}`);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});
