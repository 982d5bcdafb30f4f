import { elementCount, type Shape } from '../../tensor/shape.js';
import { elementBytes, storageType, tensor, type IntTensor, type Tensor } from '../../tensor/tensor.js';
import { blockBytes } from '../../wasm/heap.js';
import { Workspace, type WorkspacePart } from '../../wasm/workspace.js';
import { formatOf } from '../fast/operands.js';
import type { BoundKernel, MemoryPart, Partners, Result, ValueStore } from '../kernel.js';
import { bandOf, bandsPerImage, LEAST_SHARED_MACS, type BandedKernel } from './bands.js';

type View = new (buffer: ArrayBufferLike, address: number, length: number) => Tensor['data'];

const VIEWS: Readonly<Record<Tensor['type'], View>> = {
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
};

/** What a kernel has in the memory for the time of a call. */
export interface Call {
  /** The address of a value, which is copied there if it lies elsewhere. */
  operand(value: Tensor | undefined): number;
  /** The address of so many bytes of scratch, whatever they hold. */
  scratch(bytes: number): number;
  /** The address of a copy of values, for as long as the call. */
  place(values: Tensor['data']): number;
  /** A tensor in the memory, whatever it holds, and its address; of one result in all calls of a kernel. */
  result(result: Result): Made;
}

/** A result in the memory, and where it begins. */
export interface Made {
  readonly value: IntTensor;
  readonly address: number;
}

/** Reading past an operand or a result is allowed so far, in bytes: vectors at the end of a row may reach beyond it. */
export const SLACK_BYTES = 64;

/** The memory of the kernels of one executor: constants for as long as it lives, values from call to call. */
export class KernelMemory implements ValueStore {
  readonly workspace: Workspace;
  readonly #decidedBefore: readonly unknown[];
  readonly #decisions: unknown[] = [];
  readonly #banded: BandedKernel[] = [];
  #partners: Partners | null = null;
  #leastSharedMacs = LEAST_SHARED_MACS;

  /** @param part of the memory of the same kernels in another thread */
  constructor(part?: MemoryPart) {
    this.workspace = new Workspace(part);
    this.#decidedBefore = part?.decisions ?? [];
  }

  /**
   * What `decide` says, which may depend on the moment: kernels of the same graph in another thread are told what was said here, so
   * that their constants and their room are the same.
   */
  decided<T>(decide: () => T): T {
    const place = this.#decisions.length;
    const decision = place < this.#decidedBefore.length ? (this.#decidedBefore[place] as T) : decide();
    this.#decisions.push(decision);
    return decision;
  }

  /** Runs a kernel, one call after another; what a call took as scratch or for operands is free afterwards. */
  kernel(run: (call: Call, operands: readonly Tensor[]) => Tensor): BoundKernel {
    const call = new Taking(this);
    return (operands) => {
      try {
        return run(call, operands);
      } finally {
        call.end();
      }
    };
  }

  /** A kernel whose bands other threads may make. */
  banded(kernel: BandedKernel): BoundKernel {
    const index = this.#banded.push(kernel) - 1;
    const room = scratchRoom(kernel);
    return this.kernel((call, [x]) => {
      const operand = call.operand(x);
      const made = call.result(kernel.result);
      const scratch = piecesAt(call.scratch(room.bytes), room);
      const partners = kernel.macs < this.#leastSharedMacs ? null : this.#partners;
      const bands = bandsPerImage(kernel, partners?.threads ?? 1);
      const parts = bands * kernel.images;
      if (partners === null) {
        for (let part = 0; part < parts; part += 1)
          kernel.run(operand, made, scratch, bandOf(kernel, bands, part));
      } else {
        partners.share([index, operand, made.address, bands, this.workspace.pages], parts, (part) =>
          kernel.run(operand, made, scratch, bandOf(kernel, bands, part)),
        );
      }
      return made.value;
    });
  }

  shareWith(partners: Partners | null, leastMacs = LEAST_SHARED_MACS): void {
    this.#partners = partners;
    this.#leastSharedMacs = leastMacs;
  }

  doPart([index, operand, address, bands, pages]: readonly number[], part: number): void {
    this.workspace.catchUp(pages!);
    const kernel = this.#banded[index!]!;
    const made = this.#madeAt(kernel.result, address!);
    this.begin();
    const room = scratchRoom(kernel);
    const scratch = piecesAt(this.workspace.allocate(room.bytes), room);
    kernel.run(operand!, made, scratch, bandOf(kernel, bands!, part));
  }

  partnerParts(count: number): MemoryPart[] {
    const rooms = this.#banded.map((kernel) => scratchRoom(kernel).bytes);
    return this.#withDecisions(this.workspace.smallParts(count, Math.max(0, ...rooms)));
  }

  begin(): void {
    this.workspace.heap.clear();
  }

  release(value: Tensor, others: Iterable<Tensor>): void {
    const block = this.#blockOf(value);
    if (block === null) return;
    for (const other of others) if (this.#blockOf(other) === block) return;
    this.workspace.heap.free(block);
  }

  parts(count: number): MemoryPart[] {
    return this.#withDecisions(this.workspace.parts(count));
  }

  kept(value: Tensor): Tensor {
    return this.holds(value) ? ({ ...value, data: value.data.slice() } as Tensor) : value;
  }

  /** Whether a value lies in the memory. */
  holds(value: Tensor): boolean {
    return this.workspace.owns(value.data.buffer);
  }

  #blockOf(value: Tensor): number | null {
    return this.holds(value) ? this.workspace.heap.blockAt(value.data.byteOffset) : null;
  }

  #withDecisions(parts: readonly WorkspacePart[]): MemoryPart[] {
    return parts.map((part) => ({ ...part, decisions: this.#decisions }));
  }

  /** As the result `before` of the same kernel, if it lies where that one lay. */
  result(result: Result, before: Made | null): Made {
    const bytes =
      before === null
        ? elementCount(result.shape) * elementBytes(storageType(formatOf(result)))
        : before.value.data.byteLength;
    const address = this.workspace.allocate(bytes + SLACK_BYTES);
    const isThere = before?.address === address && before.value.data.buffer === this.workspace.buffer;
    return isThere ? before : this.#madeAt(result, address);
  }

  #madeAt({ shape, type }: Result, address: number): Made {
    const element = storageType(formatOf({ type }));
    return { value: tensor(element, shape, this.#view(element, shape, address) as never), address };
  }

  #view(type: Tensor['type'], shape: Shape, address: number): Tensor['data'] {
    return new VIEWS[type](this.workspace.buffer, address, elementCount(shape));
  }
}

/** The block that holds all scratch of a band. */
interface ScratchRoom {
  readonly bytes: number;
  /** Where its pieces begin. */
  readonly offsets: readonly number[];
}

function scratchRoom({ scratchBytes }: BandedKernel): ScratchRoom {
  const offsets: number[] = [];
  let end = 0;
  for (const bytes of scratchBytes) {
    offsets.push(end);
    end += blockBytes(bytes + SLACK_BYTES);
  }
  return { bytes: end, offsets };
}

/** The addresses of the pieces of a room that begins at an address. */
function piecesAt(address: number, { offsets }: ScratchRoom): number[] {
  return offsets.map((offset) => address + offset);
}

/** What a kernel's calls take, one after another. */
class Taking implements Call {
  readonly #memory: KernelMemory;
  readonly #taken: number[] = [];
  #made: Made | null = null;
  /** An operand of the last call that lay in the memory, where it stays; mostly the first one of the next call is the same. */
  #known: Tensor | null = null;
  #knownAt = 0;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  operand(value: Tensor | undefined): number {
    if (value === this.#known) return this.#knownAt;
    if (!this.#memory.holds(value!)) return this.place(value!.data);
    this.#known = value!;
    this.#knownAt = value!.data.byteOffset;
    return this.#knownAt;
  }

  scratch(bytes: number): number {
    const address = this.#memory.workspace.allocate(bytes + SLACK_BYTES);
    this.#taken.push(address);
    return address;
  }

  place(values: Tensor['data']): number {
    const address = this.scratch(values.byteLength);
    this.#memory.workspace.write(address, values);
    return address;
  }

  result(result: Result): Made {
    this.#made = this.#memory.result(result, this.#made);
    return this.#made;
  }

  /** Frees what the call took. */
  end(): void {
    const { heap } = this.#memory.workspace;
    while (this.#taken.length > 0) heap.free(this.#taken.pop()!);
  }
}
