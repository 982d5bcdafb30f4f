import { decodeElements } from './elements.js';
import { decodeVarint, varintEnd, type ProtoReader, type WireType } from './protobuf.js';

/** Shared by the fields that stay empty, which are most. */
const noBytes: Uint8Array = new Uint8Array(0);

/**
 * Collects a repeated scalar field however the writer split it: packed, element by element, or in several runs.
 * One packed run, the usual case, is not copied until it is decoded.
 */
export class RepeatedScalar {
  readonly #wire: Exclude<WireType, 'bytes'>;
  #buffer = noBytes;
  #length = 0;
  #isOurs = false;

  constructor(wire: Exclude<WireType, 'bytes'>) {
    this.#wire = wire;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Adds the reader's current field, after checking that it holds whole elements. */
  add(reader: ProtoReader): void {
    const run = reader.scalars(this.#wire);
    if (!isWhole(this.#wire, run)) {
      throw reader.refuse({
        found: `${run.length} packed bytes that end within an element`,
        expected: `a run of ${this.#wire} values`,
        suggestion: 'the file looks damaged: fetch or export it again',
      });
    }
    if (this.#length === 0) {
      this.#buffer = run;
    } else {
      this.#reserve(this.#length + run.length);
      this.#buffer.set(run, this.#length);
    }
    this.#length += run.length;
  }

  float32s(): Float32Array {
    return decodeElements('float32', this.#encoded());
  }

  float64s(): Float64Array {
    return decodeElements('float64', this.#encoded());
  }

  int64s(): BigInt64Array {
    // A BigInt64Array wraps to the same 64 bits.
    return new BigInt64Array(this.uint64s().buffer);
  }

  uint64s(): BigUint64Array {
    const values = new BigUint64Array(this.#varintCount());
    this.#eachVarint((start, end, index) => {
      values[index] = decodeVarint(this.#buffer, start, end);
    });
    return values;
  }

  /** Varints as int32: the low 32 bits of each. */
  int32s(): Int32Array {
    const values = new Int32Array(this.#varintCount());
    this.#eachVarint((start, end, index) => {
      values[index] = Number(BigInt.asIntN(32, decodeVarint(this.#buffer, start, end)));
    });
    return values;
  }

  #encoded(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #varintCount(): number {
    return this.#encoded().reduce((count, byte) => (byte < 0x80 ? count + 1 : count), 0);
  }

  #eachVarint(visit: (start: number, end: number, index: number) => void): void {
    for (let start = 0, index = 0; start < this.#length; index += 1) {
      const end = varintEnd(this.#buffer, start)!; // `add` checked every one
      visit(start, end, index);
      start = end;
    }
  }

  /** Makes the buffer ours and large enough, doubling it so that adding stays linear in total. */
  #reserve(length: number): void {
    if (this.#isOurs && this.#buffer.length >= length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.#length));
    larger.set(this.#encoded());
    this.#buffer = larger;
    this.#isOurs = true;
  }
}

function isWhole(wire: Exclude<WireType, 'bytes'>, run: Uint8Array): boolean {
  if (wire === 'fixed32') return run.length % 4 === 0;
  if (wire === 'fixed64') return run.length % 8 === 0;
  let start: number | null = 0;
  while (start !== null && start < run.length) start = varintEnd(run, start);
  return start !== null;
}
