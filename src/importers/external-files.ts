import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { UserError } from '../core/errors.js';

/** Reads a model's external data from its own folder; links that lead out of the folder are refused. */
export function readExternalBeside(modelPath: string): (relativePath: string) => Uint8Array {
  return (relativePath) => {
    const folder = dirname(modelPath);
    const path = join(folder, relativePath);
    let real: string;
    try {
      real = realpathSync(path);
    } catch {
      throw new UserError({
        file: modelPath,
        place: `external data '${relativePath}'`,
        found: 'no such file',
      });
    }
    if (!real.startsWith(realpathSync(folder) + sep) || !statSync(real).isFile()) {
      throw new UserError({
        file: modelPath,
        place: `external data '${relativePath}'`,
        found: "a path that leaves the model's folder, or no file",
        expected: 'a file beside the model',
      });
    }
    return readFileSync(real);
  };
}
