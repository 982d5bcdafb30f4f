import { assert, UserError } from '../core/errors.js';
import { Heap } from './heap.js';
import { MOST_PAGES } from './module-builder.js';

const PAGE_BYTES = 2 ** 16;

/** Exported functions by name. */
export type Exports = Readonly<Record<string, (...operands: number[]) => number | undefined>>;

/** A part of a memory that others work on: the constants that lie there, and the addresses that are free for one thread. */
export interface WorkspacePart {
  readonly memory: WebAssembly.Memory;
  readonly constants: readonly Constant[];
  readonly start: number;
  readonly end: number;
}

interface Constant {
  readonly address: number;
  readonly bytes: number;
}

/**
 * One memory that emitted functions work on and threads may share: constants below, written once, and above them blocks that come
 * and go. The buffer of a shared memory never moves; as the memory grows, older views stay valid.
 */
export class Workspace {
  readonly memory: WebAssembly.Memory;
  readonly #instances = new Map<WebAssembly.Module, Exports>();
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  #latest: ArrayBufferLike | null = null;
  readonly #constants: Constant[] = [];
  readonly #sharedConstants: readonly Constant[];
  readonly #end: number;
  #constantsEnd: number;
  /** The memory is known to reach this far. */
  #reached = 0;
  #heap: Heap | null = null;

  /** @param part of the memory of another thread: what is constant there and here is held once */
  constructor(part?: WorkspacePart) {
    this.memory = part?.memory ?? new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
    this.#sharedConstants = part?.constants ?? [];
    this.#constantsEnd = part?.start ?? 0;
    this.#end = part?.end ?? Infinity;
  }

  /**
   * The memory for views that `owns` is asked about. When any shared memory of the process grows, V8 gives each of them a new buffer
   * of the same bytes.
   */
  get buffer(): SharedArrayBuffer {
    const { buffer } = this.memory;
    if (buffer !== this.#latest) this.#buffers.add(buffer);
    this.#latest = buffer;
    return buffer;
  }

  /** Whether this was `buffer`, now or earlier. */
  owns(buffer: ArrayBufferLike): boolean {
    return buffer === this.#latest || this.#buffers.has(buffer);
  }

  /** The functions of a module on this memory. */
  functions(module: WebAssembly.Module): Exports {
    const known = this.#instances.get(module);
    if (known !== undefined) return known;
    const { exports } = new WebAssembly.Instance(module, { host: { memory: this.memory } });
    this.#instances.set(module, exports as Exports);
    return exports as Exports;
  }

  /** The address of bytes that stay as they are; before the first block is allocated. */
  constant(values: NodeJS.TypedArray): number {
    assert(this.#heap === null, 'constants come before blocks');
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const known = this.#sharedConstants.find((constant) => this.#equals(constant, bytes));
    if (known !== undefined) return known.address;
    const address = this.#constantsEnd;
    this.#constantsEnd = alignedTo(64, address + bytes.length);
    assert(this.#constantsEnd <= this.#end, 'constants stay in their part of the memory', { end: this.#end });
    this.#reach(this.#constantsEnd);
    this.write(address, values);
    this.#constants.push({ address, bytes: bytes.length });
    return address;
  }

  write(address: number, { buffer, byteOffset, byteLength }: NodeJS.TypedArray): void {
    new Uint8Array(this.memory.buffer, address, byteLength).set(
      new Uint8Array(buffer, byteOffset, byteLength),
    );
  }

  /**
   * Parts for at most `count` other threads, each with as much room as blocks ever took here, and no more is taken here from now on.
   * Their room is large enough for constants that are not the same there.
   */
  parts(count: number): WorkspacePart[] {
    const { heap, memory } = this;
    heap.close();
    const start = alignedTo(PAGE_BYTES, heap.most);
    const possible = Math.min(count, Math.floor((MOST_PAGES * PAGE_BYTES - start) / start));
    this.#reach(start * (possible + 1));
    return Array.from({ length: possible }, (_, index) => ({
      memory,
      constants: this.#constants,
      start: start * (index + 1),
      end: start * (index + 2),
    }));
  }

  get pages(): number {
    return this.memory.buffer.byteLength / PAGE_BYTES;
  }

  /** Sees the memory as large as another thread has made it, which V8 tells this one at its own time. */
  catchUp(pages: number): void {
    if (this.pages < pages) this.memory.grow(0);
  }

  /** Parts for `count` other threads that need only so much room each. All blocks are forgotten; before any `parts`. */
  smallParts(count: number, bytes: number): WorkspacePart[] {
    assert(this.#heap?.isClosed !== true, 'parts of all kinds lie side by side');
    const start = alignedTo(64, this.#constantsEnd);
    const room = alignedTo(64, bytes);
    const possible = Math.min(count, Math.floor((MOST_PAGES * PAGE_BYTES - start) / room));
    this.#constantsEnd = start + room * possible;
    this.#heap = null;
    this.#reach(this.#constantsEnd);
    return Array.from({ length: possible }, (_, index) => ({
      memory: this.memory,
      constants: this.#constants,
      start: start + room * index,
      end: start + room * (index + 1),
    }));
  }

  get heap(): Heap {
    this.#heap ??= new Heap(this.#constantsEnd, this.#end);
    return this.#heap;
  }

  /** The address of a new block, whose bytes are what was there before. */
  allocate(bytes: number): number {
    const address = this.heap.allocate(bytes);
    this.#reach(this.heap.most);
    return address;
  }

  #equals({ address, bytes }: Constant, values: Uint8Array): boolean {
    if (bytes !== values.length) return false;
    return Buffer.compare(new Uint8Array(this.memory.buffer, address, bytes), values) === 0;
  }

  #reach(end: number): void {
    if (end <= this.#reached) return;
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#grow(missing, end);
    this.#reached = end;
  }

  #grow(pages: number, end: number): void {
    if (end > MOST_PAGES * PAGE_BYTES) {
      throw new UserError({
        place: 'the memory of the kernels',
        found: `${end} bytes of weights and activations`,
        expected: `at most ${MOST_PAGES * PAGE_BYTES}`,
        suggestion: 'run a smaller batch or smaller inputs',
      });
    }
    this.memory.grow(pages);
  }
}

function alignedTo(alignment: number, address: number): number {
  return Math.ceil(address / alignment) * alignment;
}
