import type { Accelerator, MacArray } from '../../hw/accelerator.js';
import { slotCount, Slots } from '../program/slots.js';
import type { ChannelTile, Place, Step } from '../program/step.js';
import { positionTiles, type PositionTile } from '../space/position-split.js';
import { residencyOf, type ArrayWorkload, type WorkloadResidency } from '../workload/workload.js';
import type { ArrayMapping, TileIndex } from './array-mapping.js';
import { activationTileBytes, biasTileBytes, weightTileBytes } from './tile-bytes.js';
import { activationTileCount, weightTileCount, type Tiling } from './tiling.js';

/** Brings the operands of tiles on chip: answers where a tile's operand is, with the load it takes if it is not there. */
export class ArrayLoads {
  readonly #workload: ArrayWorkload;
  readonly #residency: WorkloadResidency;
  readonly #array: MacArray;
  readonly #activationTiles: Tiling;
  readonly #activationPositions: readonly PositionTile[];
  readonly #weightTiles: Tiling;
  readonly #activations: Slots;
  readonly #weights: Slots;
  readonly #biases: Slots;

  constructor(workload: ArrayWorkload, mapping: ArrayMapping, accelerator: Accelerator) {
    const { array, activationBuffer, weightBuffer } = accelerator;
    const weightTiles = weightTileCount(mapping.weights);
    this.#workload = workload;
    this.#residency = residencyOf(workload);
    this.#array = array;
    this.#activationTiles = mapping.activations;
    this.#activationPositions = positionTiles(mapping.activations.positions);
    this.#weightTiles = mapping.weights;
    this.#activations = new Slots(
      slotCount(activationBuffer.pingPong, activationTileCount(mapping.activations)),
    );
    this.#weights = new Slots(slotCount(weightBuffer.pingPong, weightTiles));
    this.#biases = new Slots(slotCount(weightBuffer.pingPong, weightTiles));
  }

  /** Input region of the tile for one tile of input channels; nothing where the tile reads padding only. */
  activations(index: TileIndex, depth: number, steps: Step[]): readonly Place[] {
    const tiles = this.#activationTiles;
    const [positions, p] = tileAt(this.#activationPositions, index.position);
    const [groups, g] = tileAt(tiles.groups, index.group);
    const [inputChannels, d] = tileAt(tiles.inputChannels, depth);
    const bytes = activationTileBytes(this.#workload, positions, groups, inputChannels);
    if (bytes === 0) return [];
    if (this.#residency.inputs > 0) return ['residentInput0'];
    const key = (p * tiles.groups.length + g) * tiles.inputChannels.length + d;
    const { slot, isResident } = this.#activations.claim(key);
    const place: Place = `activation${slot}`;
    if (!isResident) {
      steps.push({
        work: { kind: 'loadActivations', unit: 'load', bytes },
        part: { of: 'activations', positions, groups, inputChannels },
        reads: [],
        writes: [place],
      });
    }
    return [place];
  }

  /** Weights of the tile's output channels for one tile of input channels. */
  weights(index: TileIndex, depth: number, steps: Step[]): Place {
    if (this.#residency.weights) return 'residentWeight0';
    const [channels, key] = this.#outputChannels(index);
    const [inputChannels, d] = tileAt(this.#weightTiles.inputChannels, depth);
    const { slot, isResident } = this.#weights.claim(key * this.#weightTiles.inputChannels.length + d);
    const place: Place = `weight${slot}`;
    if (!isResident) {
      const bytes = weightTileBytes(this.#workload, channels, inputChannels, this.#array);
      steps.push({
        work: { kind: 'loadWeights', unit: 'load', bytes },
        part: { of: 'weights', channels, inputChannels },
        reads: [],
        writes: [place],
      });
    }
    return place;
  }

  /** Biases of the tile's output channels; nothing where the layer has none. Their slots go with those of the weights. */
  biases(index: TileIndex, steps: Step[]): readonly Place[] {
    const [channels, key] = this.#outputChannels(index);
    const bytes = biasTileBytes(this.#workload, channels);
    if (bytes === 0) return [];
    if (this.#residency.weights) return ['residentBias0'];
    const { slot, isResident } = this.#biases.claim(key);
    const place: Place = `bias${slot}`;
    if (!isResident) {
      steps.push({
        work: { kind: 'loadBias', unit: 'load', bytes },
        part: { of: 'biases', channels },
        reads: [],
        writes: [place],
      });
    }
    return [place];
  }

  #outputChannels(index: TileIndex): readonly [ChannelTile, number] {
    const tiles = this.#weightTiles;
    const [groups, g] = tileAt(tiles.groups, index.group);
    const [outputChannels, o] = tileAt(tiles.outputChannels, index.outputChannel);
    return [{ groups, outputChannels }, g * tiles.outputChannels.length + o];
  }
}

/** The load tile that holds what the tile at `index` needs, and its own index: 0 where one holds everything. */
function tileAt<T>(tiles: readonly T[], index: number): readonly [T, number] {
  const at = tiles.length === 1 ? 0 : index;
  return [tiles[at]!, at];
}
