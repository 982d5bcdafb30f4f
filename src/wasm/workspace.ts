import { assert } from '../core/errors.js';
import { Heap } from './heap.js';
import { MOST_PAGES } from './module-builder.js';

const PAGE_BYTES = 2 ** 16;

/** Exported functions by name. */
export type Exports = Readonly<Record<string, (...operands: number[]) => number | undefined>>;

/**
 * One memory that emitted functions work on and threads may share: constants below, written once, and above them blocks that come
 * and go. The buffer of a shared memory never moves; as the memory grows, older views stay valid.
 */
export class Workspace {
  readonly memory: WebAssembly.Memory;
  readonly #instances = new Map<WebAssembly.Module, Exports>();
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  #constantsEnd = 0;
  #heap: Heap | null = null;

  constructor(memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true })) {
    this.memory = memory;
    this.#buffers.add(memory.buffer);
  }

  /** Whether a view on this buffer is one on the memory, of now or of before it grew. */
  owns(buffer: ArrayBufferLike): boolean {
    return this.#buffers.has(buffer);
  }

  /** The functions of a module on this memory. */
  functions(module: WebAssembly.Module): Exports {
    const known = this.#instances.get(module);
    if (known !== undefined) return known;
    const { exports } = new WebAssembly.Instance(module, { host: { memory: this.memory } });
    this.#instances.set(module, exports as Exports);
    return exports as Exports;
  }

  /** The address of bytes that stay; before the first block is allocated. */
  constant(values: NodeJS.TypedArray): number {
    assert(this.#heap === null, 'constants come before blocks');
    const address = this.#constantsEnd;
    this.#constantsEnd = Math.ceil((address + values.byteLength) / 64) * 64;
    this.#reach(this.#constantsEnd);
    this.write(address, values);
    return address;
  }

  write(address: number, { buffer, byteOffset, byteLength }: NodeJS.TypedArray): void {
    new Uint8Array(this.memory.buffer, address, byteLength).set(
      new Uint8Array(buffer, byteOffset, byteLength),
    );
  }

  get heap(): Heap {
    this.#heap ??= new Heap(this.#constantsEnd);
    return this.#heap;
  }

  /** The address of a new block, whose bytes are what was there before. */
  allocate(bytes: number): number {
    const address = this.heap.allocate(bytes);
    this.#reach(this.heap.most);
    return address;
  }

  #reach(end: number): void {
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing <= 0) return;
    this.memory.grow(missing);
    this.#buffers.add(this.memory.buffer);
  }
}
