import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vitest from 'vitest';

const repositoryRoot = fileURLToPath(new URL('../../', import.meta.url));

/** Root of the folder of shared models, data and vectors: `BITMAC_SHARED`, or `shared` beside the repository. */
const sharedRoot = resolve(repositoryRoot, process.env['BITMAC_SHARED'] ?? '../shared');

/** A path inside the shared folder, or null where it is absent. */
export function sharedPath(...parts: string[]): string | null {
  const path = join(sharedRoot, ...parts);
  return existsSync(path) ? path : null;
}

/**
 * Every file below a shared folder whose name ends in `suffix`, as absolute paths in a stable order.
 * Empty where the folder is absent.
 */
export function sharedFiles(suffix: string, ...parts: string[]): string[] {
  const folder = sharedPath(...parts);
  if (folder === null) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The name of a shared file as a failure should print it: relative to the shared folder. */
export function sharedName(path: string): string {
  return relative(sharedRoot, path);
}

/**
 * A `describe` over the shared folder, reported as skipped where the folder is absent.
 * Its body runs all the same when tests are collected: read files inside `it`.
 */
export const describeShared = vitest.describe.skipIf(sharedPath() === null);

/**
 * An `it` over the shared folder, reported as skipped where the folder is absent. The linter wants `expect` within
 * a plain `it`, so prefer `describeShared` around that.
 */
export const itShared = vitest.it.skipIf(sharedPath() === null);
