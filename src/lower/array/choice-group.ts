import type { ActionCosts } from '../../hw/energy/energy-of.js';
import type { Branch, CandidateGroup } from '../candidate.js';
import type { ArraySpace } from './array-space.js';
import { ChannelGroup } from './channel-group.js';
import type { ChannelChoice } from './channel-choices.js';

/**
 * The mappings of a channel choice, of which only the passes are counted: there are many choices, and of most that is enough to know
 * that others are better. It falls into one group, which knows what all its work takes.
 */
export class ChoiceGroup implements CandidateGroup {
  readonly kind = 'group';
  readonly cycles: number;
  readonly dramBytes: number;
  readonly #space: ArraySpace;
  readonly #choice: ChannelChoice;
  #group: ChannelGroup | null = null;

  constructor(space: ArraySpace, choice: ChannelChoice) {
    this.#space = space;
    this.#choice = choice;
    const { dramBytes, dramCycles } = space.least;
    this.dramBytes = dramBytes;
    this.cycles = Math.max(dramCycles, space.onChip.leastStreamCycles(choice));
  }

  dynamicPicojoules(costs: ActionCosts): number {
    return this.#known().dynamicPicojoules(costs);
  }

  branches(): readonly Branch[] {
    return [this.#known()];
  }

  #known(): ChannelGroup {
    this.#group ??= new ChannelGroup(this.#space, this.#choice);
    return this.#group;
  }
}
