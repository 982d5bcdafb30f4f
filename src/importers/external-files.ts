import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { UserError } from '../core/errors.js';
import type { ExternalBytes } from './onnx/options.js';

/** Systems read no more than 2 GiB in one go. */
const MOST_BYTES_AT_ONCE = 2 ** 30;

/**
 * Reads a model's external data from its own folder, no more than is asked for; links that lead out of the folder are refused.
 */
export function readExternalBeside(modelPath: string): (relativePath: string) => ExternalBytes {
  return (relativePath) => {
    const folder = dirname(modelPath);
    const path = join(folder, relativePath);
    let real: string;
    try {
      real = realpathSync(path);
    } catch {
      throw new UserError({
        place: `external data '${relativePath}'`,
        found: 'no such file',
      });
    }
    const status = statSync(real);
    if (!real.startsWith(realpathSync(folder) + sep) || !status.isFile()) {
      throw new UserError({
        place: `external data '${relativePath}'`,
        found: "a path that leaves the model's folder, or no file",
        expected: 'a file beside the model',
      });
    }
    return { length: status.size, subarray: (start, end) => readRange(real, start, end) };
  };
}

/** Bytes `start` to `end` of a file that has them. */
function readRange(path: string, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  const file = openToRead(path);
  try {
    for (let done = 0; done < bytes.length;) {
      const wanted = Math.min(bytes.length - done, MOST_BYTES_AT_ONCE);
      const count = readSync(file, bytes, done, wanted, start + done);
      if (count === 0)
        throw new UserError({ place: path, found: 'a file that gets shorter while it is read' });
      done += count;
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}

function openToRead(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new UserError({ place: path, found: error instanceof Error ? error.message : 'no access' });
  }
}
