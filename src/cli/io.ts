import { existsSync } from 'node:fs';
import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { MemoryUse } from '../report/simulation-json.js';
import { UserError } from '../core/errors.js';

/** Everything a command does to the world. Tests hand in an `Io` that keeps it in memory. */
export interface Io {
  /** Data, to stdout. A newline is added. */
  readonly out: (text: string) => void;
  /** Messages, to stderr. A newline is added. */
  readonly note: (text: string) => void;
  /** Replaces the progress line on stderr; does nothing where stderr is no terminal. An empty text clears it. */
  readonly progress: (text: string) => void;
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** The same, or null where there is no such file. */
  readonly readFileIfAny: (path: string) => Promise<Uint8Array | null>;
  /** Adds to the end of a file, at once, or begins it. */
  readonly appendFile: (path: string, text: string) => Promise<void>;
  /** Writes a whole file or none of it. */
  readonly writeFile: (path: string, content: Uint8Array | string) => Promise<void>;
  /** The most memory that the process has had so far, of all its threads, with the engine that runs it. */
  readonly peakResidentBytes: () => number;
}

/** As JSON says it. */
export function memoryUse(io: Io): MemoryUse {
  return { peakResidentBytes: io.peakResidentBytes() };
}

const LARGEST_FILE_BYTES = 2 ** 31;

/** The process's own stdout, stderr and files. */
export function processIo(): Io {
  const isTerminal = process.stderr.isTTY;
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    progress: (text) => {
      if (isTerminal) process.stderr.write(`\r\u001B[K${text}`);
    },
    readFile: readWhole,
    readFileIfAny: async (path) => (existsSync(path) ? readWhole(path) : null),
    appendFile: append,
    writeFile: writeAtomically,
    peakResidentBytes: () => process.resourceUsage().maxRSS * 1024,
  };
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= LARGEST_FILE_BYTES) return bytes;
  } catch (error) {
    throw fileError(path, error, 'a file that can be read');
  }
  throw new UserError({ file: path, found: 'more than 2 GiB', expected: 'a smaller file' });
}

/** One write at the end of the file, wherever that is by then. */
async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text);
  } catch (error) {
    throw fileError(path, error, 'a place that can be written');
  }
}

/** Writes beside the target and renames, so that an interrupted run leaves the old file or none. */
async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileError(path, error, 'a place that can be written');
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no permission',
  EISDIR: 'a folder',
  ENOTDIR: 'a file where a folder should be',
  EROFS: 'a read-only file system',
  ENOSPC: 'no space left on the device',
};

function fileError(path: string, error: unknown, expected: string): UserError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return new UserError({ file: path, found: REASONS[code] ?? code, expected, suggestion: 'check the path' });
}
