import { UserError } from '../../src/core/errors.js';
import type { Read } from '../../scripts/fuzz-import/judge.js';

const kept: unknown[] = [];

const sum = ({ user, system }: NodeJS.CpuUsage): number => user + system;

/** Readers that do what none may, each for the file of its name. */
const faults: Readonly<Record<string, Read>> = {
  'throws.bin': () => {
    throw new TypeError('x is undefined');
  },
  'loops.bin': () => {
    for (;;) kept.length = 0;
  },
  'works.bin': () => {
    for (const start = process.cpuUsage(); sum(process.cpuUsage(start)) < 1_600_000;) kept.length = 0;
    return null;
  },
  'fills.bin': () => {
    kept.push(new Uint8Array(150 * 2 ** 20).fill(1));
    return null;
  },
  'grows.bin': () => {
    for (;;) kept.push(Array.from({ length: 100_000 }, () => ({ kept })));
  },
  'exits.bin': () => process.exit(7),
  'climbs.bin': (_, { readExternal }) => {
    readExternal!('../secrets/secret.bin');
    return null;
  },
  'hides.bin': (_, { readExternal, file }) => {
    try {
      readExternal!('/etc/hosts');
    } catch {
      throw new UserError({ file, found: 'nothing of interest' });
    }
    return null;
  },
  'mumbles.bin': () => {
    throw new UserError({ found: 'something wrong' });
  },
  'breaks.bin': (_, { file }) => {
    throw new UserError({ file, found: 'two\nlines' });
  },
  'rambles.bin': (_, { file }) => {
    throw new UserError({ file, found: 'more and '.repeat(100) });
  },
  'refuses.bin': (_, { file }) => {
    throw new UserError({ file, place: 'byte 0', found: 'no model' });
  },
  'lies.bin': () => ({
    dialect: 'float',
    name: 'lies',
    inputs: [],
    outputs: [{ name: 'y', value: 'y', permutation: null }],
    nodes: [],
    values: new Map(),
    constants: new Map(),
    metadata: {},
  }),
};

export const faultyFiles = Object.keys(faults);

export function readersOf(): readonly Read[] {
  return [(bytes, options) => faults[options.file.split(/[\\/]/).at(-1)!]!(bytes, options)];
}
