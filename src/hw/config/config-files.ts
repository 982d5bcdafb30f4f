import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from '../../core/package-folder.js';
import { type Parsed, refused } from '../../core/parsed.js';
import { type ConfigSource, readConfigText } from './config-source.js';
import { didYouMean } from '../../core/did-you-mean.js';

/** The folders of `configs/`. */
export type ConfigKind = 'machines' | 'technology';

const CONFIGS = new URL('configs/', PACKAGE_FOLDER);
const MOST_BYTES = 256 * 1024;

/** Names of the configurations that come with the package, sorted. */
export function presetNames(kind: ConfigKind): string[] {
  return readdirSync(new URL(kind, CONFIGS))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(file).name)
    .sort();
}

/**
 * A configuration by the name of a preset or the path of a file. Paths contain a slash or end in .yaml, .yml or .json, and
 * are relative to `folder`. An issue with a name that leads nowhere has an empty path: only the caller knows who said it.
 */
export async function readConfigNamed(
  kind: ConfigKind,
  nameOrPath: string,
  folder: string,
): Promise<Parsed<ConfigSource>> {
  const presets = presetNames(kind);
  if (presets.includes(nameOrPath)) {
    const label = `configs/${kind}/${nameOrPath}.yaml`;
    return readConfigFile(fileURLToPath(new URL(`${kind}/${nameOrPath}.yaml`, CONFIGS)), label);
  }
  if (/[\\/]|\.(?:ya?ml|json)$/i.test(nameOrPath)) {
    const path = isAbsolute(nameOrPath) ? nameOrPath : join(folder, nameOrPath);
    return readConfigFile(path, path);
  }
  const meant = didYouMean(nameOrPath, presets);
  const expected = `one of ${presets.join(', ')}, or the path of a .yaml or .json file`;
  const hint = meant === null ? '' : ` (did you mean '${meant}'?)`;
  return refused([{ path: '', got: `the name '${nameOrPath}'`, expected: expected + hint }]);
}

async function readConfigFile(path: string, label: string): Promise<Parsed<ConfigSource>> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      return refused([{ path: label, got: `${size} bytes`, expected: 'a configuration of a few KiB' }]);
    }
    return readConfigText(await readFile(path, 'utf8'), label);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const got = code === 'ENOENT' ? `no file '${label}'` : `'${label}', which cannot be read (${code})`;
    return refused([{ path: '', got, expected: 'a YAML or JSON file' }]);
  }
}
