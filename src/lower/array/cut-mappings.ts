import type { Room } from '../candidate.js';
import type { PositionCut } from '../position-cuts.js';
import { ArrayCandidate, type KeptOperands } from './array-candidate.js';
import type { ArrayMapping } from './array-mapping.js';
import type { ArraySpace } from './array-space.js';
import type { Blocking } from './blocking.js';
import type { ChannelCut } from './channel-choices.js';

/** What may be loaded whole. */
const KEEPINGS: readonly KeptOperands[] = [false, true].flatMap((activations) =>
  [false, true].map((weights) => ({ activations, weights })),
);

const ONE_ORDER = ['weights'] as const;
const ORDERS = ['weights', 'activations'] as const;

/**
 * The mappings of the same tiles: loop orders x operands loaded tile by tile or whole, of those that make a difference. Each is made
 * when there is first room for it.
 */
export class CutMappings {
  readonly #space: ArraySpace;
  readonly #newBlocking: () => Blocking;
  readonly #orders: readonly ArrayMapping['outerLoop'][];
  readonly #keepings: readonly KeptOperands[];
  readonly #activationBytes: number;
  readonly #weightBytes: number;
  readonly #resultBytes: number;
  #blocking: Blocking | null = null;
  /** By the place of the order, then of what is kept. */
  readonly #made: (ArrayCandidate | undefined)[] = [];

  /** @param newBlocking that of these tiles, asked for when any of the mappings finds room */
  constructor(
    space: ArraySpace,
    cut: PositionCut,
    channels: ChannelCut,
    spills: boolean,
    newBlocking: () => Blocking,
  ) {
    const { groups, outputs, inputs } = channels;
    this.#space = space;
    this.#newBlocking = newBlocking;
    this.#orders = cut.tiles > 1 && groups.count * outputs.count > 1 ? ORDERS : ONE_ORDER;
    const { residency } = space;
    const canKeepActivations = residency.inputs === 0 && cut.tiles * groups.count * inputs.count > 1;
    const canKeepWeights = !residency.weights && groups.count * outputs.count * inputs.count > 1;
    this.#keepings = KEEPINGS.filter(
      ({ activations, weights }) => (!activations || canKeepActivations) && (!weights || canKeepWeights),
    );
    this.#activationBytes = space.activationBytes(cut, channels);
    this.#weightBytes = space.weightBytes(channels);
    this.#resultBytes = space.resultBytes(cut, channels, spills);
  }

  addFitting(room: Room, fitting: ArrayCandidate[]): void {
    this.#orders.forEach((order, o) => {
      this.#keepings.forEach((kept, k) => {
        if (this.#fits(kept, room)) fitting.push(this.#mapping(o * KEEPINGS.length + k, order, kept));
      });
    });
  }

  #fits({ activations, weights }: KeptOperands, room: Room): boolean {
    const { wholeActivationBytes, wholeWeightBytes } = this.#space;
    const activationBytes = activations ? wholeActivationBytes : this.#activationBytes;
    const weightBytes = weights ? wholeWeightBytes : this.#weightBytes;
    return this.#space.hasRoom(room, activationBytes, weightBytes, this.#resultBytes);
  }

  #mapping(place: number, order: ArrayMapping['outerLoop'], kept: KeptOperands): ArrayCandidate {
    this.#blocking ??= this.#newBlocking();
    return (this.#made[place] ??= new ArrayCandidate(this.#blocking, order, kept));
  }
}
