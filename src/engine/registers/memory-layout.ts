import { assert } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type { MemoryName } from '../../hw/components/operations.js';
import type { Memory, Place, Step } from '../../lower/program/step.js';

/** What a program keeps in memories of bytes, in the order in which they lie in a memory that holds several. */
const CONTENTS = [
  { memory: 'activation', of: 'activation' },
  { memory: 'residentInput', of: 'activation' },
  { memory: 'weight', of: 'weight' },
  { memory: 'residentWeight', of: 'weight' },
  { memory: 'output', of: 'output' },
  { memory: 'residentOutput', of: 'output' },
  { memory: 'bias', of: 'bias' },
  { memory: 'residentBias', of: 'bias' },
] as const satisfies readonly { readonly memory: Memory; readonly of: MemoryName }[];

/** A part of a memory: where it begins, and how much it holds. Bytes, or accumulator entries of a column. */
export interface Slot {
  readonly first: number;
  readonly size: number;
}

/**
 * Where the slots of a program lie: one behind the other, each as large as the largest thing that is ever in it. A scratchpad holds
 * those of all three buffers. Accumulators are divided into equal parts.
 */
export class MemoryLayout {
  readonly #slots = new Map<Place, Slot>();
  readonly #accumulatorParts: number;
  readonly #entriesPerColumn: number;
  /** Bytes of the registers that hold biases. */
  readonly biasBytes: number;

  /** @param residents bytes of the tensors that are on chip as a whole */
  constructor(steps: readonly Step[], accelerator: Accelerator, residents: ReadonlyMap<Place, number>) {
    const ends = { activation: 0, weight: 0, output: 0, bias: 0 };
    const counts = countsOf(steps);
    const largest = largestContents(steps);
    let scratchpadEnd = 0;
    for (const { memory, of } of CONTENTS) {
      const isShared = accelerator.unified === true && of !== 'bias';
      for (let slot = 0; slot < (counts.get(memory) ?? 0); slot += 1) {
        const place: Place = `${memory}${slot}`;
        const size = residents.get(place) ?? largest.get(memory)!;
        const first = isShared ? scratchpadEnd : ends[of];
        this.#slots.set(place, { first, size });
        if (isShared) scratchpadEnd = first + size;
        else ends[of] = first + size;
      }
    }
    const { activationBuffer, weightBuffer, outputBuffer, accumulators } = accelerator;
    assert(
      Math.max(scratchpadEnd, ends.activation) <= activationBuffer.capacityBytes &&
        ends.weight <= weightBuffer.capacityBytes &&
        ends.output <= outputBuffer.capacityBytes,
      'the slots of a program fit their memories',
      { scratchpadEnd, ...ends },
    );
    this.biasBytes = ends.bias;
    this.#accumulatorParts = counts.get('accumulator') ?? 1;
    this.#entriesPerColumn = accumulators.entriesPerColumn;
  }

  /** Whether the program names a place at all. */
  has(place: Place): boolean {
    return this.#slots.has(place);
  }

  of(place: Place): Slot {
    const { memory, slot } = parsed(place);
    if (memory !== 'accumulator') return this.#slots.get(place)!;
    const size = Math.floor(this.#entriesPerColumn / this.#accumulatorParts);
    return { first: slot * size, size };
  }
}

/** Slots of each memory: those that a program names. */
function countsOf(steps: readonly Step[]): ReadonlyMap<Memory, number> {
  const counts = new Map<Memory, number>();
  for (const { reads, writes } of steps) {
    for (const place of [...reads, ...writes]) {
      const { memory, slot } = parsed(place);
      counts.set(memory, Math.max(counts.get(memory) ?? 0, slot + 1));
    }
  }
  return counts;
}

/** Bytes of the largest transfer in or out of each memory; of results, with the sums of their tile that wait beside them. */
function largestContents(steps: readonly Step[]): ReadonlyMap<Memory, number> {
  const largest = new Map<Memory, number>();
  const waiting = new Map<string, number>();
  for (const { work, part, reads, writes } of steps) {
    if (work.kind === 'spill') waiting.set(JSON.stringify(part), work.outputBytes);
    if (!('bytes' in work)) continue;
    const { memory } = parsed(work.kind === 'store' ? reads[0]! : writes[0]!);
    let bytes = work.bytes;
    if (work.kind === 'store') {
      for (const each of waiting.values()) bytes += each;
      waiting.clear();
    }
    largest.set(memory, Math.max(largest.get(memory) ?? 0, bytes));
  }
  return largest;
}

/** A place taken apart. */
interface NumberedSlot {
  readonly memory: Memory;
  readonly slot: number;
}

const known = new Map<Place, NumberedSlot>();

/** The memory of a place, and its slot. */
function parsed(place: Place): NumberedSlot {
  let result = known.get(place);
  if (result === undefined) {
    const [, memory, slot] = /^([a-zA-Z]+)(\d+)$/.exec(place)!;
    result = { memory: memory as Memory, slot: Number(slot) };
    known.set(place, result);
  }
  return result;
}

/** The only place of some memories among those given; null where there is none. */
export function placeIn(places: readonly Place[], ...memories: readonly Memory[]): Place | null {
  return places.find((place) => memories.includes(parsed(place).memory)) ?? null;
}
