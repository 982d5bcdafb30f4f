import type { Memory, Place, Step } from '../lower/program/step.js';
import type { Work } from '../lower/program/work.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { LayerPlan } from './layer-plan.js';

/** A quantity from a cycle of its layer on, until the next level. */
export interface Level {
  readonly cycle: number;
  readonly value: number;
}

/** The buffers of a machine, and whose content each holds. */
export function bufferMemories({ unified }: Accelerator): readonly {
  readonly name: string;
  readonly holds: readonly BufferMemory[];
}[] {
  if (unified === true) return [{ name: 'scratchpad', holds: ['activation', 'weight', 'output'] }];
  return [
    { name: 'activation buffer', holds: ['activation'] },
    { name: 'weight buffer', holds: ['weight'] },
    { name: 'output buffer', holds: ['output'] },
  ];
}

/** Memories of which a program says how many bytes they hold. */
export type BufferMemory = Extract<Memory, 'activation' | 'weight' | 'output'>;

/** What a slot holds: from the start of what writes it first to the end of what uses it last. */
interface Content {
  bytes: number;
  end: number;
  wasRead: boolean;
}

/**
 * Bytes of live content in a memory over the cycles of a layer. What is loaded counts in full from the start of its load, a
 * result from the start of the instruction that makes it; both count until their last use has ended, even if their slot stays
 * as it is after that.
 */
export function occupancy(
  { steps, timeline }: LayerPlan,
  buffers: readonly BufferMemory[],
): readonly Level[] {
  const changes = new Map<number, number>();
  const change = (cycle: number, bytes: number): void => {
    changes.set(cycle, (changes.get(cycle) ?? 0) + bytes);
  };
  const slots = new Map<Place, Content>();
  steps.forEach((step, index) => {
    for (const place of step.reads.filter(isIn(buffers))) {
      const content = slots.get(place)!;
      content.end = Math.max(content.end, timeline.ends[index]!);
      content.wasRead = true;
    }
    for (const place of step.writes.filter(isIn(buffers))) {
      const content = contentToWrite(slots, place, change);
      const bytes = writtenBytes(step.work);
      content.bytes += bytes;
      content.end = Math.max(content.end, timeline.ends[index]!);
      change(timeline.starts[index]!, bytes);
    }
  });
  for (const { end, bytes } of slots.values()) change(end, -bytes);
  return levelsOf(changes);
}

const isIn =
  (buffers: readonly BufferMemory[]) =>
  (place: Step['reads'][number]): boolean =>
    buffers.some((buffer) => place.startsWith(buffer));

/** What is written after a read is a new content. */
function contentToWrite(
  slots: Map<Place, Content>,
  place: Place,
  change: (cycle: number, bytes: number) => void,
): Content {
  const present = slots.get(place);
  if (present !== undefined && !present.wasRead) return present;
  if (present !== undefined) change(present.end, -present.bytes);
  const content = { bytes: 0, end: 0, wasRead: false };
  slots.set(place, content);
  return content;
}

function writtenBytes(work: Work): number {
  switch (work.kind) {
    case 'loadActivations':
    case 'loadWeights':
      return work.bytes;
    case 'requantize':
    case 'spill':
    case 'vector':
      return work.outputBytes;
    default:
      return 0;
  }
}

function levelsOf(changes: ReadonlyMap<number, number>): Level[] {
  let value = 0;
  return [...changes]
    .sort(([a], [b]) => a - b)
    .map(([cycle, bytes]) => {
      value += bytes;
      return { cycle, value };
    });
}

/** Bytes that cross the DRAM in a cycle: those of a load or store, spread evenly over its cycles. */
export function dramBandwidth({ program, timeline }: LayerPlan): readonly Level[] {
  const transfers = program
    .flatMap((instruction, index) => {
      const { unit } = instruction;
      if (unit !== 'load' && unit !== 'store') return [];
      const [start, end] = [timeline.starts[index]!, timeline.ends[index]!];
      return [{ start, end, value: instruction.bytes / (end - start) }];
    })
    .sort((a, b) => a.start - b.start);
  return transfers.flatMap(({ start, end, value }, index): Level[] => {
    const isFollowed = transfers[index + 1]?.start === end;
    return [{ cycle: start, value }, ...(isFollowed ? [] : [{ cycle: end, value: 0 }])];
  });
}
