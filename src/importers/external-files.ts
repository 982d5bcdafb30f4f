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
        file: modelPath,
        place: `external data '${relativePath}'`,
        found: 'no such file',
      });
    }
    const status = statSync(real);
    if (!real.startsWith(realpathSync(folder) + sep) || !status.isFile()) {
      throw new UserError({
        file: modelPath,
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
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < bytes.length;) {
      const count = readSync(
        file,
        bytes,
        done,
        Math.min(bytes.length - done, MOST_BYTES_AT_ONCE),
        start + done,
      );
      if (count === 0)
        throw new UserError({ file: path, found: 'a file that gets shorter while it is read' });
      done += count;
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}
