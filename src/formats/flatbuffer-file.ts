import { UserError } from '../core/errors.js';
import { viewOf } from './bytes.js';

/** Tables in one file: an empty one takes eight bytes of the file and hundreds of memory. */
const maxTables = 500_000;
/** How often, on average, a byte of the file may be read: parts may be shared, but not without bound. */
const maxReadsPerByte = 4;
/** What a table takes at least: the offset that names it, and the one that leads to its list of fields. */
const tableBytes = 8;

/** What to say of a place that the file does not have. */
export const damagedFile = 'the file looks truncated or damaged: fetch or export it again';

/**
 * The bytes of a flatbuffer, and how much more of them may be read: a file of n bytes can name one long vector
 * n/4 times, so that checking every length alone would leave work in the square of the file.
 */
export class FlatFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #readableBytes: number;
  #readBytes = 0;
  #tables = 0;

  constructor(bytes: Uint8Array) {
    // A plain Uint8Array even where a Buffer came in, so that every part of it is plain too.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = viewOf(this.bytes);
    this.#readableBytes = maxReadsPerByte * bytes.length;
  }

  /** Refuses `length` bytes from `start` on unless the file has them. */
  need(start: number, length: number, path: string): void {
    const available = this.bytes.length;
    if (start >= 0 && start + length <= available) return;
    throw refuseAt(start, path, {
      found: `${length} bytes from byte ${start} on`,
      expected: `a place within the ${available} bytes of the file`,
      suggestion: damagedFile,
    });
  }

  /** Where the offset at `at` leads. Offsets are relative and point forward, so that nothing contains itself. */
  follow(at: number, path: string): number {
    this.need(at, 4, path);
    const offset = this.view.getUint32(at, true);
    if (offset === 0) {
      throw refuseAt(at, path, {
        found: 'an offset of 0',
        expected: 'an offset to a later place in the file',
        suggestion: damagedFile,
      });
    }
    this.need(at + offset, 4, path);
    return at + offset;
  }

  /** Counts a table at `start` against the file's budget. */
  spendTable(start: number, path: string): void {
    this.#tables += 1;
    if (this.#tables > maxTables) {
      throw refuseAt(start, path, {
        found: 'another table',
        expected: `at most ${maxTables} tables in a file`,
      });
    }
    this.spend(start, tableBytes, path);
  }

  /** Counts `length` bytes that are read at `start` against the file's budget. */
  spend(start: number, length: number, path: string): void {
    this.#readBytes += length;
    if (this.#readBytes > this.#readableBytes) {
      throw refuseAt(start, path, {
        found: `${length} more bytes to read, many of them named repeatedly`,
        expected: `at most ${maxReadsPerByte} times the file in all`,
        suggestion: damagedFile,
      });
    }
  }
}

/** An error at a byte of the file, in the field `path`. */
export function refuseAt(
  offset: number,
  path: string,
  details: { found: string; expected?: string; suggestion?: string },
): UserError {
  return new UserError({ place: `byte ${offset} (${path})`, ...details });
}
