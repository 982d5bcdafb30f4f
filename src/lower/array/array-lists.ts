import { remembered } from '../../core/remembered.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { BOTH_ENDS, inOrder, loop, positionLoop, type Ends } from '../program/loops.js';
import { slotCount } from '../program/slots.js';
import { listed, LOAD, NO_LISTS, STORE, type ListedProgram, type UnitLists } from '../program/unit-lists.js';
import { loadWork, storeWork } from '../program/work.js';
import { phasesOf } from '../space/phases.js';
import { positionCount, totalInputPositions } from '../space/position-split.js';
import { once, type Repeated } from '../space/repeated.js';
import { lengthKinds, tileKinds } from '../space/tile-kinds.js';
import { residencyOf, type ArrayWorkload, type WorkloadResidency } from '../workload/workload.js';
import { roundCount, type ArrayMapping } from './array-mapping.js';
import { arrayTurns, NO_USE, useAt, type ArrayTurns, type TileTurn } from './operand-turns.js';
import { activationElementBytes, weightRowBytes } from './tile-bytes.js';
import { TileLists, usesKey, type TileKind, type TileUses } from './tile-lists.js';
import { activationTileCount, interruptsSums, outputTileCount, weightTileCount } from './tiling.js';

/**
 * The program of an array workload under a mapping as lists of its units: when `scheduleArray` has everything run, with every
 * kind of tile made once.
 *
 * @param tiles those of the blocking of the mapping
 *
 * Returns null where some results have no products, so that operands may be loaded and never used.
 */
export function arrayLists(
  workload: ArrayWorkload,
  mapping: ArrayMapping,
  accelerator: Accelerator,
  tiles: TileLists = new TileLists(workload, mapping, accelerator),
): ListedProgram | null {
  if (phasesOf(workload).some(({ taps }) => taps === 0)) return null;
  return new ArrayLists(workload, mapping, accelerator, tiles).program();
}

class ArrayLists {
  readonly #workload: ArrayWorkload;
  readonly #residency: WorkloadResidency;
  readonly #mapping: ArrayMapping;
  readonly #accelerator: Accelerator;
  readonly #turns: ArrayTurns;
  readonly #tiles: TileLists;
  readonly #inputChannels: readonly Repeated<number>[];
  readonly #loads = new Map<string, UnitLists>();
  readonly #stores = new Map<number, UnitLists>();
  readonly #cut: TileUses['cut'];

  constructor(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator, tiles: TileLists) {
    this.#workload = workload;
    this.#residency = residencyOf(workload);
    this.#mapping = mapping;
    this.#accelerator = accelerator;
    this.#turns = arrayTurns(mapping, accelerator);
    this.#tiles = tiles;
    this.#cut = {
      weights: interruptsSums(mapping.weights),
      activations: interruptsSums(mapping.activations),
    };
    this.#inputChannels = lengthKinds(mapping.tiling.inputChannels);
  }

  program(): ListedProgram {
    const { accumulators, outputBuffer } = this.#accelerator;
    const { weights, activations, biases } = this.#turns;
    return {
      lists: this.#mapping.outerLoop === 'weights' ? this.#weightsOuter() : this.#activationsOuter(),
      free: {
        weightsFree: weights.slots,
        activationsFree: activations.slots,
        biasesFree: biases.slots,
        registersFree: 2,
        sumsFree: slotCount(accumulators.pingPong, roundCount(this.#mapping)),
        outputsFree: slotCount(outputBuffer.pingPong, outputTileCount(this.#mapping.tiling)),
      },
    };
  }

  #weightsOuter(): UnitLists {
    return this.#channelLoop((channels, outer, outputs) =>
      this.#positionLoop((positions, inner) =>
        this.#tile({ ...channels, ...positions }, { outer, inner, outputs }),
      ),
    );
  }

  #activationsOuter(): UnitLists {
    return this.#positionLoop((positions, outer) =>
      this.#channelLoop((channels, inner, outputs) =>
        this.#tile({ ...channels, ...positions }, { outer, inner, outputs }),
      ),
    );
  }

  /** @param body is also told the ends of the loop over output channels alone */
  #channelLoop(
    body: (channels: Pick<TileKind, 'groups' | 'outputs'>, ends: Ends, outputs: Ends) => UnitLists,
  ): UnitLists {
    const { tiling } = this.#mapping;
    const outputKinds = lengthKinds(tiling.outputChannels);
    return loop(lengthKinds(tiling.groups), BOTH_ENDS, (groups, around) =>
      loop(outputKinds, BOTH_ENDS, (outputs, own) =>
        body({ groups, outputs }, { first: around.first && own.first, last: around.last && own.last }, own),
      ),
    );
  }

  #positionLoop(
    body: (positions: Pick<TileKind, 'positions' | 'inputs'>, ends: Ends) => UnitLists,
  ): UnitLists {
    const periods = phasesOf(this.#workload)[0]!;
    const kinds = tileKinds(this.#workload, this.#mapping.tiling.positions, periods);
    return positionLoop(kinds, BOTH_ENDS, ({ images, rows, columns }, ends) => {
      const positions = { images: images.outputs, rows: rows.outputs, columns: columns.outputs };
      return body({ positions, inputs: images.inputs * rows.inputs * columns.inputs }, ends);
    });
  }

  #tile(tile: TileKind, turn: TileTurn): UnitLists {
    const uses = this.#usesOf(tile, turn);
    const { positions, inputs, groups, outputs } = tile;
    const key = `${groups} ${outputs} ${inputs} ${usesKey(uses)}`;
    const loads = remembered(this.#loads, key, () => this.#loadsOf(tile, uses));
    const onChip = this.#tiles.of(tile, uses);
    const outputBytes = positionCount(positions) * groups * outputs * this.#workload.outputBytes;
    const stores = remembered(this.#stores, outputBytes, () => this.#storeOf(outputBytes));
    return onChip.with(LOAD, loads[LOAD]!).with(STORE, stores[STORE]!);
  }

  #usesOf({ inputs }: TileKind, turn: TileTurn): TileUses {
    const { weights, activations, biases } = this.#turns;
    const { inputs: residentInputs, weights: weightsStay } = this.#residency;
    const readsInput = residentInputs === 0 && (this.#hasWholeActivations() ? this.#allInputs() : inputs) > 0;
    const hasBiases = this.#workload.biasBytes > 0 && !weightsStay;
    return {
      weights: weightsStay ? NO_USE : weights.useOf(turn),
      activations: readsInput ? activations.useOf(turn) : NO_USE,
      biases: hasBiases ? biases.useOf(turn) : NO_USE,
      cut: this.#cut,
    };
  }

  #allInputs(): number {
    return totalInputPositions(this.#mapping.activations.positions);
  }

  #hasWholeActivations(): boolean {
    return activationTileCount(this.#mapping.activations) === 1;
  }

  #loadsOf(tile: TileKind, uses: TileUses): UnitLists {
    const operands = loop(this.#inputChannels, BOTH_ENDS, (inputChannels, depth) => {
      const loadsWeights = useAt(uses.weights, uses.cut.weights, depth).loads;
      const loadsActivations = useAt(uses.activations, uses.cut.activations, depth).loads;
      return inOrder([
        ...(loadsWeights ? [this.#weightLoad(tile, inputChannels)] : []),
        ...(loadsActivations ? [this.#activationLoad(tile, inputChannels)] : []),
      ]);
    });
    return inOrder([once(operands), ...(uses.biases.loads ? [this.#biasLoad(tile)] : [])]);
  }

  #weightLoad({ groups, outputs }: TileKind, inputChannels: number): Repeated<UnitLists> {
    const isWhole = weightTileCount(this.#mapping.weights) === 1;
    const workload = this.#workload;
    const count = isWhole ? workload.groups * workload.outputChannels : groups * outputs;
    const depth = isWhole ? workload.inputChannels : inputChannels;
    const bytes = count * weightRowBytes(workload, depth, this.#accelerator.array);
    const load = listed(
      loadWork('loadWeights', bytes),
      ['weightsFree'],
      ['weightsLoaded'],
      this.#accelerator,
    );
    return once(load);
  }

  #activationLoad({ inputs, groups }: TileKind, inputChannels: number): Repeated<UnitLists> {
    const isWhole = this.#hasWholeActivations();
    const workload = this.#workload;
    const channels = isWhole ? workload.groups * workload.inputChannels : groups * inputChannels;
    const positions = isWhole ? this.#allInputs() : inputs;
    const bytes = positions * channels * activationElementBytes(workload);
    const work = loadWork('loadActivations', bytes);
    return once(listed(work, ['activationsFree'], ['activationsLoaded'], this.#accelerator));
  }

  #biasLoad({ groups, outputs }: TileKind): Repeated<UnitLists> {
    const { weights } = this.#mapping;
    const isWhole = weights.groups.length * weights.outputChannels.length === 1;
    const { biasBytes, groups: allGroups, outputChannels } = this.#workload;
    const bytes = biasBytes * (isWhole ? allGroups * outputChannels : groups * outputs);
    const load = listed(loadWork('loadBias', bytes), ['biasesFree'], ['biasesLoaded'], this.#accelerator);
    return once(load);
  }

  #storeOf(bytes: number): UnitLists {
    if (this.#residency.output) return NO_LISTS;
    return listed(storeWork(bytes), ['outputsComplete'], ['outputsFree'], this.#accelerator);
  }
}
