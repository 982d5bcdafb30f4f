import type { UserError } from '../core/errors.js';
import { decodeUtf8 } from './bytes.js';
import { damagedFile, FlatFile, refuseAt } from './flatbuffer-file.js';

/** Elements of a vector, within the file: `count` of them from byte `start` on. */
interface FlatVector {
  readonly start: number;
  readonly count: number;
}

/**
 * A table of a flatbuffer: https://flatbuffers.dev/internals. Fields are numbered as in the schema. One that the
 * file leaves out has its default, or is null where it is a string, a vector or a table.
 *
 * No offset or length is followed before it is checked, nothing is allocated for elements that the file does not
 * have, and all reads together are bounded by the size of the file. How deep tables nest is for the schema
 * that the caller walks.
 *
 * @example
 * const model = FlatTable.root(file, 'model');
 * const names = model.tables(2, 'subgraphs').map((subgraph) => subgraph.text(4, 'name'));
 */
export class FlatTable {
  readonly #file: FlatFile;
  readonly #path: string;
  readonly #start: number;
  /** Where the offsets of the fields are listed, the bytes of that list, and the bytes of the table itself. */
  readonly #list: number;
  readonly #listBytes: number;
  readonly #tableBytes: number;

  /** `start` is a place that `FlatFile.follow` found, with at least four bytes. */
  private constructor(file: FlatFile, start: number, path: string) {
    file.spendTable(start, path);
    this.#file = file;
    this.#path = path;
    this.#start = start;
    this.#list = start - file.view.getInt32(start, true);
    file.need(this.#list, 4, path);
    this.#listBytes = file.view.getUint16(this.#list, true);
    this.#tableBytes = file.view.getUint16(this.#list + 2, true);
    if (this.#listBytes < 4 || this.#listBytes % 2 !== 0 || this.#tableBytes < 4) {
      throw refuseAt(this.#list, path, {
        found: `a list of fields of ${this.#listBytes} bytes for a table of ${this.#tableBytes}`,
        expected: 'at least 4 bytes of each, and an even list',
        suggestion: damagedFile,
      });
    }
    file.need(this.#list, this.#listBytes, path);
    file.need(start, this.#tableBytes, path);
  }

  /** The root table of a file, which errors call `path`. Whose format it is, is for the caller to check. */
  static root(bytes: Uint8Array, path: string): FlatTable {
    const file = new FlatFile(bytes);
    return new FlatTable(file, file.follow(0, path), path);
  }

  int8(id: number, name: string, fallback = 0): number {
    const at = this.#find(id, 1, name);
    return at === null ? fallback : this.#file.view.getInt8(at);
  }

  uint8(id: number, name: string, fallback = 0): number {
    const at = this.#find(id, 1, name);
    return at === null ? fallback : this.#file.view.getUint8(at);
  }

  bool(id: number, name: string, fallback = false): boolean {
    return this.uint8(id, name, fallback ? 1 : 0) !== 0;
  }

  int32(id: number, name: string, fallback = 0): number {
    const at = this.#find(id, 4, name);
    return at === null ? fallback : this.#file.view.getInt32(at, true);
  }

  uint32(id: number, name: string, fallback = 0): number {
    const at = this.#find(id, 4, name);
    return at === null ? fallback : this.#file.view.getUint32(at, true);
  }

  uint64(id: number, name: string, fallback = 0n): bigint {
    const at = this.#find(id, 8, name);
    return at === null ? fallback : this.#file.view.getBigUint64(at, true);
  }

  float32(id: number, name: string, fallback = 0): number {
    const at = this.#find(id, 4, name);
    return at === null ? fallback : this.#file.view.getFloat32(at, true);
  }

  text(id: number, name: string): string | null {
    const bytes = this.bytes(id, name);
    if (bytes === null) return null;
    this.#file.spend(this.#start, bytes.length, this.#pathOf(name));
    const text = decodeUtf8(bytes);
    if (text === null) throw this.refuse(name, { found: 'bytes that are not UTF-8', expected: 'text' });
    return text;
  }

  /** A vector of bytes, sharing the memory of the file. */
  bytes(id: number, name: string): Uint8Array | null {
    const vector = this.#vector(id, 1, name);
    return vector === null ? null : this.#file.bytes.subarray(vector.start, vector.start + vector.count);
  }

  int32s(id: number, name: string): number[] | null {
    return this.#elements(id, 4, name, (at) => this.#file.view.getInt32(at, true));
  }

  float32s(id: number, name: string): number[] | null {
    return this.#elements(id, 4, name, (at) => this.#file.view.getFloat32(at, true));
  }

  int64s(id: number, name: string): bigint[] | null {
    return this.#elements(id, 8, name, (at) => this.#file.view.getBigInt64(at, true));
  }

  table(id: number, name: string): FlatTable | null {
    const at = this.#find(id, 4, name);
    return at === null ? null : this.#tableAt(at, name);
  }

  /** A vector of tables; empty where the file leaves it out. */
  tables(id: number, name: string): FlatTable[] {
    return this.#elements(id, 4, name, (at, index) => this.#tableAt(at, `${name}[${index}]`)) ?? [];
  }

  /** `length` bytes from byte `offset` of the whole file on, sharing its memory: data kept outside the flatbuffer. */
  bytesOfFile(offset: bigint, length: bigint, name: string): Uint8Array {
    const { bytes } = this.#file;
    if (offset + length > bytes.length) {
      throw this.refuse(name, {
        found: `${length} bytes from byte ${offset} on`,
        expected: `a place within the ${bytes.length} bytes of the file`,
        suggestion: damagedFile,
      });
    }
    return bytes.subarray(Number(offset), Number(offset + length));
  }

  /** An error about the field `name` of this table. */
  refuse(name: string, details: { found: string; expected?: string; suggestion?: string }): UserError {
    return refuseAt(this.#start, this.#pathOf(name), details);
  }

  #pathOf(name: string): string {
    return `${this.#path}.${name}`;
  }

  #tableAt(at: number, name: string): FlatTable {
    const path = this.#pathOf(name);
    return new FlatTable(this.#file, this.#file.follow(at, path), path);
  }

  /** Where a field of `width` bytes is, or null where the file leaves it out. */
  #find(id: number, width: number, name: string): number | null {
    const entry = 4 + 2 * id;
    if (entry >= this.#listBytes) return null;
    const offset = this.#file.view.getUint16(this.#list + entry, true);
    if (offset === 0) return null;
    if (offset < 4 || offset + width > this.#tableBytes) {
      throw this.refuse(name, {
        found: `a field of ${width} bytes at byte ${offset} of a table of ${this.#tableBytes}`,
        expected: 'a place from byte 4 on, within the table',
        suggestion: damagedFile,
      });
    }
    return this.#start + offset;
  }

  #vector(id: number, elementBytes: number, name: string): FlatVector | null {
    const at = this.#find(id, 4, name);
    if (at === null) return null;
    const path = this.#pathOf(name);
    const start = this.#file.follow(at, path);
    const count = this.#file.view.getUint32(start, true);
    this.#file.need(start + 4, count * elementBytes, path);
    return { start: start + 4, count };
  }

  #elements<T>(
    id: number,
    elementBytes: number,
    name: string,
    read: (at: number, index: number) => T,
  ): T[] | null {
    const vector = this.#vector(id, elementBytes, name);
    if (vector === null) return null;
    this.#file.spend(vector.start, vector.count * elementBytes, this.#pathOf(name));
    return Array.from({ length: vector.count }, (_, index) =>
      read(vector.start + index * elementBytes, index),
    );
  }
}
