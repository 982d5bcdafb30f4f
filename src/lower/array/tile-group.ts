import { remembered } from '../../core/remembered.js';
import type { ActionCosts } from '../../hw/energy/energy-of.js';
import type { Branch, CandidateGroup, Room } from '../candidate.js';
import { lastStripPositions, type PositionCut } from '../position-cuts.js';
import { slotCount } from '../program/slots.js';
import { loadCycles } from '../program/work.js';
import type { StripSize } from '../space/strips.js';
import { roundEntries } from './accumulator-use.js';
import type { ArrayCandidate } from './array-candidate.js';
import { leastArrayCycles, lastResultCycles, type ArrayEnds } from './array-estimate.js';
import type { ArraySpace } from './array-space.js';
import { leastDramBytes, leastDramCycles, leastTrafficEnergy, transferCount } from './array-traffic.js';
import { Blocking } from './blocking.js';
import type { ChannelChoice, ChannelCut } from './channel-choices.js';
import type { ChipWork } from './chip-work.js';
import { CutMappings } from './cut-mappings.js';
import { sumsWay, type SumsWay } from './sums-way.js';
import { weightRowBytes } from './tile-bytes.js';

/** All sums of a tile stay in the accumulators until they are complete. */
const KEPT = -1;

/** The mappings of a channel choice with the same tiles of positions. */
export class TileGroup implements CandidateGroup {
  readonly kind = 'group';
  readonly cycles: number;
  readonly dramBytes: number;
  readonly #space: ArraySpace;
  readonly #choice: ChannelChoice;
  readonly #chip: ChipWork;
  readonly #cut: PositionCut;
  readonly #strip: StripSize;
  /** By how often sums are interrupted, or `KEPT`; most groups are never asked. */
  #ways: Map<number, SumsWay> | null = null;
  /** Of each cut of the channels. */
  #mappings: readonly CutMappings[] | null = null;

  /** @param leastCycles what mappings of the choice take at least, whatever their tiles of positions */
  constructor(space: ArraySpace, choice: ChannelChoice, cut: PositionCut, leastCycles: number) {
    this.#space = space;
    this.#choice = choice;
    this.#chip = space.onChip.work(choice);
    this.#cut = cut;
    this.#strip = space.stripSize(cut, choice.blockOutputs, false);
    const { accelerator } = space;
    const traffic = this.#leastTraffic();
    this.dramBytes = leastDramBytes(traffic, accelerator.dram);
    const dram = leastDramCycles(transferCount(traffic), this.dramBytes, accelerator);
    const onChip = this.#chip.leastTotals(this.#mostStripPositions());
    this.cycles = Math.max(leastCycles, leastArrayCycles(onChip, this.#leastEnds(), dram, accelerator));
  }

  dynamicPicojoules(costs: ActionCosts): number {
    const { accelerator } = this.#space;
    const onChip = this.#chip.leastDynamicPicojoules(this.#mostStripPositions(), costs);
    return onChip + leastTrafficEnergy(this.#leastTraffic(), accelerator.dram, costs);
  }

  branches(room: Room): readonly Branch[] {
    this.#mappings ??= this.#choice.cuts
      .map((channels) => this.#mappingsOf(channels))
      .filter((mappings) => mappings !== null);
    const fitting: ArrayCandidate[] = [];
    for (const mappings of this.#mappings) mappings.addFitting(room, fitting);
    return fitting;
  }

  /** Positions of the fullest strip that there is in one way or the other. */
  #mostStripPositions(): number {
    if (this.#choice.interrupts) return Math.min(this.#cut.positions, this.#space.onChip.mostStripPositions);
    const { images, rows, columns } = this.#strip;
    return images * rows * columns;
  }

  #way(interruptions: number): SumsWay {
    this.#ways ??= new Map();
    return remembered(this.#ways, interruptions, () => {
      const sums = { keepsSums: interruptions === KEPT, interruptions: Math.max(0, interruptions) };
      return sumsWay(this.#space, this.#chip, this.#choice, this.#cut, sums);
    });
  }

  /** Sums are spilled where every output has some (results that no tap reaches have none), and results do not stay on chip. */
  #canSpill(): boolean {
    return this.#space.hasSumsEverywhere && !this.#space.residency.output;
  }

  /** Whether the accumulators hold all sums of the largest tile. */
  #keepsSums({ groups, outputs }: ChannelCut): boolean {
    const { workload, accelerator } = this.#space;
    const { entriesPerColumn, pingPong } = accelerator.accumulators;
    const { packing, blockOutputs } = this.#choice;
    const round = {
      positions: this.#cut.positions,
      blocks: Math.ceil(groups.size / packing.groups) * Math.ceil(outputs.size / blockOutputs),
      outputs: groups.size * outputs.size,
    };
    const slots = slotCount(pingPong, this.#cut.tiles * groups.count * outputs.count);
    return slots * roundEntries(workload, round, accelerator.array) <= entriesPerColumn;
  }

  #leastTraffic() {
    const inputs = Math.min(this.#cut.inputs, this.#space.wholePositions.inputs);
    return this.#space.leastTraffic(inputs, this.#cut.tiles * this.#choice.least.outputTiles);
  }

  #leastEnds(): ArrayEnds {
    const { workload, accelerator, residency, hasSumsEverywhere } = this.#space;
    const { least } = this.#choice;
    const { firstInputs, lastPositions } = this.#cut;
    const weightBytes = least.outputs * weightRowBytes(workload, least.inputs, accelerator.array);
    const loadedBytes = firstInputs * least.activations * residency.loadedInputBytes;
    const last = {
      block: lastStripPositions(this.#cut, this.#strip) * least.lastBlock,
      tile: lastPositions * least.lastOutputs,
    };
    return {
      firstWeights: residency.weights ? 0 : loadCycles(weightBytes, accelerator),
      firstActivations: residency.inputs > 0 ? 0 : loadCycles(loadedBytes, accelerator),
      lastResult: lastResultCycles(workload, hasSumsEverywhere, last, accelerator),
    };
  }

  /** Those of a cut of the channels; null where its sums can neither stay nor be spilled. */
  #mappingsOf(channels: ChannelCut): CutMappings | null {
    const keeps = this.#choice.interrupts && this.#keepsSums(channels);
    const interruptions = keeps ? 0 : channels.inputs.count - 1;
    if (interruptions > 0 && !this.#canSpill()) return null;
    return new CutMappings(this.#space, this.#cut, channels, interruptions > 0, () => {
      const way = this.#way(keeps ? KEPT : interruptions);
      return new Blocking(this.#space, this.#choice, this.#chip, this.#cut, channels, way);
    });
  }
}
