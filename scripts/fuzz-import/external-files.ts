import { closeSync, mkdirSync, openSync, ftruncateSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, isAbsolute, resolve, sep } from 'node:path';
import { readExternalBeside } from '../../src/importers/external-files.js';
import type { Random } from '../../src/core/random.js';
import { pick } from './mutation.js';

/** What is outside of the folder; nothing inside has these bytes. */
const SECRET = 'outside of the folder';
const LETTERS_OF_SECRET: ReadonlySet<number> = new Set(new TextEncoder().encode(SECRET));
const LARGE_BYTES = 3 * 2 ** 30;

/** Makes a folder for models, files of external data in it, and what they must not reach beside it. Returns the folder. */
export function makeModelFolder(root: string): string {
  const folder = join(root, 'model');
  mkdirSync(join(root, 'secrets'));
  mkdirSync(folder);
  writeFileSync(join(root, 'secrets', 'secret.bin'), SECRET.repeat(5000));
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(100_000).fill(0x3f));
  symlinkSync(join(root, 'secrets', 'secret.bin'), join(folder, 'link.bin'));
  symlinkSync(join(root, 'secrets'), join(folder, 'linked'));
  const large = openSync(join(folder, 'large.bin'), 'w');
  ftruncateSync(large, LARGE_BYTES); // a hole: takes no room on the disk
  closeSync(large);
  return folder;
}

const LOCATIONS = [
  'weights.bin',
  './weights.bin',
  'large.bin',
  'no-such-file.bin',
  '.',
  'link.bin',
  'linked/secret.bin',
  'linked',
  '../secrets/secret.bin',
  'weights.bin/../../secrets/secret.bin',
  '../../etc/passwd',
  '/etc/passwd',
  '/dev/zero',
  '//etc/passwd',
  'file:///etc/passwd',
  '~/.profile',
  'C:\\Windows\\win.ini',
  '..\\secrets\\secret.bin',
  '%2e%2e/secrets/secret.bin',
  'weights.bin\0.txt',
  'CON',
  `${'deep/'.repeat(2000)}weights.bin`,
];
const COUNTS = [
  '0',
  '4',
  '100',
  '99999',
  '100001',
  '-1',
  '1e3',
  '',
  '0x10',
  'NaN',
  '4294967296',
  '9007199254740993',
];

/** An entry list of `external_data` (onnx/docs/ExternalData.md), honest or not. */
export function externalEntries(random: Random): { readonly key: string; readonly value: string }[] {
  const entries = [{ key: 'location', value: pick(random, LOCATIONS) }];
  if (random.unit() < 0.6) entries.push({ key: 'offset', value: pick(random, COUNTS) });
  if (random.unit() < 0.6) entries.push({ key: 'length', value: pick(random, COUNTS) });
  if (random.unit() < 0.1) entries.push({ key: 'location', value: pick(random, LOCATIONS) });
  return random.unit() < 0.05 ? [] : entries;
}

type ReadExternal = ReturnType<typeof readExternalBeside>;

/** Reads as bitmac does, and keeps every request for something outside of the model's folder, granted or not. */
export class WatchedFolder {
  readonly #read: ReadExternal;
  readonly #folder: string;
  readonly #outside: string[] = [];

  constructor(file: string) {
    this.#folder = resolve(file, '..');
    this.#read = readExternalBeside(file);
  }

  /** The first path outside of the folder that was asked for, or null. */
  get outside(): string | null {
    return this.#outside[0] ?? null;
  }

  readonly readExternal: ReadExternal = (path) => {
    const way = relative(this.#folder, resolve(this.#folder, path));
    if (isAbsolute(path) || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
      this.#outside.push(path);
    const file = this.#read(path);
    const subarray = (start: number, end: number): Uint8Array => {
      const bytes = file.subarray(start, end);
      if (LETTERS_OF_SECRET.has(bytes[0] ?? 0)) this.#outside.push(path);
      return bytes;
    };
    return { length: file.length, subarray };
  };
}
