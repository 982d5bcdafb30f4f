import { assertNever } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type { Memory, Place, Step } from '../../lower/program/step.js';

/** Memories that a program divides into slots, with the size of all of them together: bytes, or entries of a column. */
function capacityOf(memory: Memory, accelerator: Accelerator): number {
  switch (memory) {
    case 'activation':
      return accelerator.activationBuffer.capacityBytes;
    case 'weight':
      return accelerator.weightBuffer.capacityBytes;
    case 'output':
      return accelerator.outputBuffer.capacityBytes;
    case 'accumulator':
      return accelerator.accumulators.entriesPerColumn;
    case 'bias':
    case 'register':
      return 0;
    default:
      return assertNever(memory);
  }
}

/** A slot of a memory: where it begins, and how much it holds. */
export interface Slot {
  readonly first: number;
  readonly size: number;
}

/** Where the slots of a program lie: equal parts of their memory, as many as the program names. */
export class SlotAddresses {
  readonly #accelerator: Accelerator;
  readonly #counts = new Map<Memory, number>();
  /** Bytes of the largest load of biases: their registers have no size of their own. */
  readonly #biasBytes: number;

  constructor(steps: readonly Step[], accelerator: Accelerator) {
    this.#accelerator = accelerator;
    for (const { reads, writes } of steps) {
      for (const place of [...reads, ...writes]) {
        const { memory, slot } = parsed(place);
        this.#counts.set(memory, Math.max(this.#counts.get(memory) ?? 0, slot + 1));
      }
    }
    this.#biasBytes = steps.reduce(
      (most, { work }) => (work.kind === 'loadBias' ? Math.max(most, work.bytes) : most),
      0,
    );
  }

  /** Bytes of the registers that hold biases. */
  get biasBytes(): number {
    return this.#biasBytes * (this.#counts.get('bias') ?? 0);
  }

  of(place: Place): Slot {
    const { memory, slot } = parsed(place);
    const size =
      memory === 'bias'
        ? this.#biasBytes
        : Math.floor(capacityOf(memory, this.#accelerator) / this.#counts.get(memory)!);
    return { first: slot * size, size };
  }
}

/** The memory of a place, and its slot. */
export function parsed(place: Place): { readonly memory: Memory; readonly slot: number } {
  const [, memory, slot] = /^([a-z]+)(\d+)$/.exec(place)!;
  return { memory: memory as Memory, slot: Number(slot) };
}

/** The only place of a memory among those given; null where there is none. */
export function placeIn(memory: Memory, places: readonly Place[]): Place | null {
  return places.find((place) => parsed(place).memory === memory) ?? null;
}
