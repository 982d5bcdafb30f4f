import { assert } from '../../core/errors.js';
import type { InstructionIndex, LayerProgram, Unit } from '../../hw/isa.js';
import type { Place, Step } from './step.js';

/** The last instruction of a unit that used a place in some way; as a unit works in order, the ones before have ended. */
interface UnitUse {
  readonly unit: Unit;
  index: InstructionIndex;
}

/** Who last wrote a place, and who has read it since. */
interface PlaceUse {
  readonly writer: UnitUse;
  readonly readers: UnitUse[];
}

/**
 * Turns steps into a program: a reader waits for the last writer of each place, a writer for all who read what it
 * overwrites and for the last writer. Instructions of the same unit run in order and need no token. What is resident was
 * there before.
 */
export function withTokens(steps: readonly Step[]): LayerProgram {
  const uses = new Map<Place, PlaceUse>();
  return steps.map((step, index) => ({ ...step.work, waitsFor: tokensOf(step, index, uses) }));
}

function tokensOf(
  { work, reads, writes }: Step,
  index: InstructionIndex,
  uses: Map<Place, PlaceUse>,
): number[] {
  const waitsFor: InstructionIndex[] = [];
  const waitFor = (earlier: UnitUse): void => {
    if (earlier.unit !== work.unit && !waitsFor.includes(earlier.index)) waitsFor.push(earlier.index);
  };
  for (const place of reads) {
    const use = uses.get(place);
    if (use === undefined && place.startsWith('resident')) continue;
    assert(use !== undefined, 'what is read was written before', { place, index });
    waitFor(use.writer);
    const reader = use.readers.find(({ unit }) => unit === work.unit);
    if (reader === undefined) use.readers.push({ unit: work.unit, index });
    else reader.index = index;
  }
  for (const place of writes) {
    const use = uses.get(place);
    if (use !== undefined) [use.writer, ...use.readers].forEach(waitFor);
    uses.set(place, { writer: { unit: work.unit, index }, readers: [] });
  }
  return waitsFor.sort((a, b) => a - b);
}
