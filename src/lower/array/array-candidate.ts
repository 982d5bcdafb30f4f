import type { Accelerator } from '../../hw/accelerator.js';
import type { ActionCosts } from '../../hw/energy/energy-of.js';
import type { Candidate, Estimate, MappedProgram } from '../candidate.js';
import {
  countedDramBytes,
  countsOf,
  dramCycles,
  instructionsOf,
  type CountedWork,
} from '../program/counted-work.js';
import type { Need } from '../program/need.js';
import type { Step } from '../program/step.js';
import type { ListedProgram } from '../program/unit-lists.js';
import { loadCycles } from '../program/work.js';
import { countedPieces, productOf } from '../space/counted.js';
import { countedOutputPositions } from '../space/position-split.js';
import { arrayNeeds } from './array-fit.js';
import { lastResultCycles, leastArrayCycles, type ArrayEnds } from './array-estimate.js';
import { arrayLists } from './array-lists.js';
import type { ArrayMapping } from './array-mapping.js';
import { scheduleArray } from './array-schedule.js';
import { arrayText } from './array-text.js';
import {
  leastDramBytes,
  leastDramCycles,
  leastTrafficEnergy,
  transferCount,
  type ArrayTraffic,
} from './array-traffic.js';
import { activationTimes, arrayLoads, arrayStores, biasTimes, weightTimes } from './array-transfers.js';
import type { Blocking } from './blocking.js';
import { lastBlockOutputs, type ChannelCut } from './channel-choices.js';
import { activationElementBytes, weightRowBytes } from './tile-bytes.js';

/** Which operands are loaded whole and kept. */
export interface KeptOperands {
  readonly activations: boolean;
  readonly weights: boolean;
}

/** A blocking with its loop order and the operands that are kept. */
export class ArrayCandidate implements Candidate {
  readonly kind = 'mapping';
  readonly cycles: number;
  readonly likelyCycles: number;
  readonly dramBytes: number;
  readonly instructions: number;
  readonly #blocking: Blocking;
  readonly #outerLoop: ArrayMapping['outerLoop'];
  readonly #kept: KeptOperands;
  #mapping: ArrayMapping | null = null;
  #estimate: Estimate | null = null;

  constructor(blocking: Blocking, outerLoop: ArrayMapping['outerLoop'], kept: KeptOperands) {
    this.#blocking = blocking;
    this.#outerLoop = outerLoop;
    this.#kept = kept;
    const { accelerator } = blocking.space;
    const traffic = this.#traffic();
    const transfers = transferCount(traffic);
    this.instructions = blocking.way.totals.instructions + transfers;
    this.dramBytes = leastDramBytes(traffic, accelerator.dram);
    const dram = leastDramCycles(transfers, this.dramBytes, accelerator);
    const ends = this.#ends();
    this.cycles = leastArrayCycles(blocking.way.totals, ends, dram, accelerator);
    this.likelyCycles = Math.max(this.cycles, this.#likelyWaits(traffic, dram, ends));
  }

  /** Cycles where units wait for what only comes when others have begun, or while they end. */
  #likelyWaits({ stores, storedBytes }: ArrayTraffic, dram: number, ends: ArrayEnds): number {
    const { space, choice, cut, channels, way } = this.#blocking;
    const { workload, accelerator, positions } = space;
    const { stream, preload, requantize, sums } = way.totals;
    const onArray = stream + (accelerator.array.pingPongWeights ? 0 : preload);
    const outputs = workload.groups * workload.outputChannels;
    const tile = (cut.positions * channels.groups.size * channels.outputs.size) / (positions * outputs);
    const strip = way.strip.images * way.strip.rows * way.strip.columns;
    const block = Math.min(1, (strip * choice.blockOutputs * choice.packing.groups) / (positions * outputs));
    const ready = ends.firstWeights + ends.firstActivations;
    return Math.max(
      dram + onArray * this.#shareAfterLoads(),
      ready + onArray * tile + leastDramCycles(stores, storedBytes, accelerator),
      ready +
        onArray * block +
        requantize +
        sums +
        loadCycles(Math.ceil(storedBytes / Math.max(1, stores)), accelerator),
    );
  }

  /**
   * The share of the work on the array that comes after the last load: that of the last tile, or of all that go with the last
   * operand that is loaded. The DRAM has little to do in that time.
   */
  #shareAfterLoads(): number {
    const { space, cut, channels } = this.#blocking;
    const { workload, residency, positions } = space;
    const { groups, outputs, inputs } = channels;
    const weightsOuter = this.#outerLoop === 'weights';
    const loadsTiles = {
      activations: residency.inputs === 0 && !this.#kept.activations,
      weights: !residency.weights && !this.#kept.weights,
    };
    const channelShare = (groups.last * outputs.last) / (workload.groups * workload.outputChannels);
    const positionShare = cut.lastPositions / positions;
    const depthShare = inputs.last / workload.inputChannels;
    const [inner, outer] = weightsOuter
      ? [loadsTiles.activations, loadsTiles.weights]
      : [loadsTiles.weights, loadsTiles.activations];
    if (inner) return channelShare * positionShare * depthShare;
    if (!outer) return 1;
    return weightsOuter ? channelShare : positionShare;
  }

  dynamicPicojoules(costs: ActionCosts): number {
    const { space, chip, way } = this.#blocking;
    const { accelerator } = space;
    const onChip = chip.dynamicPicojoules(way.strips, costs);
    return onChip + leastTrafficEnergy(this.#traffic(), accelerator.dram, costs);
  }

  get mapping(): ArrayMapping {
    const { space, tiles } = this.#blocking;
    this.#mapping ??= {
      ...tiles,
      outerLoop: this.#outerLoop,
      activations: this.#kept.activations ? space.everything : tiles.tiling,
      weights: this.#kept.weights ? space.everything : tiles.tiling,
    };
    return this.#mapping;
  }

  estimate(): Estimate {
    this.#estimate ??= this.#newEstimate();
    return this.#estimate;
  }

  /** Holds no list of transfers: the figures that need one again are rarely asked for. */
  #newEstimate(): Estimate {
    const { space, chip, way } = this.#blocking;
    const { accelerator } = space;
    const transfers = this.#transfers();
    const leastCycles = (): number =>
      leastArrayCycles(way.totals, this.#ends(), dramCycles(this.#transfers(), accelerator), accelerator);
    return {
      get cycles() {
        return leastCycles();
      },
      instructions: way.totals.instructions + instructionsOf(transfers),
      dramBytes: countedDramBytes(transfers, accelerator),
      counts: () => countsOf([...chip.works(way.strips), ...this.#transfers()], accelerator),
    };
  }

  /** Every load and store. */
  #transfers(): CountedWork[] {
    const { space, cut, channels } = this.#blocking;
    const { workload, accelerator } = space;
    const outputTiles = productOf(
      countedPieces(workload.groups, channels.groups.size),
      countedPieces(workload.outputChannels, channels.outputs.size),
    );
    return [
      ...arrayStores(workload, countedOutputPositions(cut.split), outputTiles),
      ...arrayLoads(workload, this.mapping, accelerator),
    ];
  }

  text(): string {
    return arrayText(this.#blocking.space.workload, this.mapping);
  }

  needs(machine: Accelerator): readonly Need[] {
    return arrayNeeds(this.#blocking.space.workload, this.mapping, machine);
  }

  build(): readonly Step[] {
    return this.program().build();
  }

  program(): MappedProgram {
    const { workload, accelerator } = this.#blocking.space;
    const { mapping } = this;
    return {
      build: () => scheduleArray(workload, mapping, accelerator),
      lists: () => arrayLists(workload, mapping, accelerator),
    };
  }

  lists(): ListedProgram | null {
    const { space, lists } = this.#blocking;
    return arrayLists(space.workload, this.mapping, space.accelerator, lists);
  }

  /** Loads and stores by number and bytes: what `estimate` counts one by one. */
  #traffic(): ArrayTraffic {
    const { space, cut, channels } = this.#blocking;
    const { workload, residency } = space;
    const weightsOf = this.#kept.weights ? space.wholeChannels : channels;
    const outputs = workload.groups * workload.outputChannels;
    const outputTiles = weightsOf.groups.count * weightsOf.outputs.count;
    const activations = residency.inputs > 0 ? NO_TRANSFERS : this.#activationLoads();
    const turns = {
      outerLoop: this.#outerLoop,
      inputs: weightsOf.inputs.count,
      tiles: outputTiles * weightsOf.inputs.count,
      positions: cut.tiles,
    };
    const weightTurns = residency.weights ? 0 : weightTimes(turns, space.accelerator);
    const biasTurns = residency.weights || workload.biasBytes === 0 ? 0 : biasTimes(turns, space.accelerator);
    const stores = residency.output ? 0 : 1;
    return {
      activationLoads: activations.count,
      activationBytes: activations.bytes,
      weightLoads: weightTurns * turns.tiles,
      weightBytes: weightTurns * outputs * this.#weightRowsBytes(weightsOf),
      biasLoads: biasTurns * outputTiles,
      biasBytes: biasTurns * outputs * workload.biasBytes,
      stores: stores * cut.tiles * channels.groups.count * channels.outputs.count,
      storedBytes: stores * space.positions * outputs * workload.outputBytes,
    };
  }

  #activationLoads(): { readonly count: number; readonly bytes: number } {
    const { space, cut, channels } = this.#blocking;
    const { workload, accelerator, wholePositions, wholeChannels } = space;
    const positions = this.#kept.activations ? wholePositions : cut;
    const { groups, inputs } = this.#kept.activations ? wholeChannels : channels;
    const times = activationTimes(
      {
        outerLoop: this.#outerLoop,
        readers: positions.readers,
        inputs: inputs.count,
        tiles: positions.tiles * groups.count * inputs.count,
        outputs: channels.outputs.count,
      },
      accelerator,
    );
    const elements = positions.inputs * workload.groups * workload.inputChannels;
    return {
      count: times * positions.readers * groups.count * inputs.count,
      bytes: times * elements * activationElementBytes(workload),
    };
  }

  /** Bytes of the weights of one output channel, in as many rows as there are tiles of its inputs. */
  #weightRowsBytes({ inputs }: ChannelCut): number {
    const { workload, accelerator } = this.#blocking.space;
    const fullRow = weightRowBytes(workload, inputs.size, accelerator.array);
    return (inputs.count - 1) * fullRow + weightRowBytes(workload, inputs.last, accelerator.array);
  }

  #ends(): ArrayEnds {
    const { space, choice, cut, channels, way } = this.#blocking;
    const { workload, accelerator, residency, hasSumsEverywhere } = space;
    const weights = this.#kept.weights ? space.wholeChannels : channels;
    const activations = this.#kept.activations ? space.wholeChannels : channels;
    const positions = this.#kept.activations ? space.wholePositions : cut;
    const rowBytes = weightRowBytes(workload, weights.inputs.size, accelerator.array);
    const weightBytes = weights.groups.size * weights.outputs.size * rowBytes;
    const activationBytes =
      positions.firstInputs *
      activations.groups.size *
      activations.inputs.size *
      activationElementBytes(workload);
    const last = {
      block: way.lastPositions * lastBlockOutputs(channels, choice.packing, choice.blockOutputs),
      tile: cut.lastPositions * channels.groups.last * channels.outputs.last,
    };
    return {
      firstWeights: residency.weights ? 0 : loadCycles(weightBytes, accelerator),
      firstActivations: residency.inputs > 0 ? 0 : loadCycles(activationBytes, accelerator),
      lastResult: lastResultCycles(workload, hasSumsEverywhere, last, accelerator),
    };
  }
}

const NO_TRANSFERS = { count: 0, bytes: 0 };
