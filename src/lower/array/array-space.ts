import type { Accelerator } from '../../hw/accelerator.js';
import type { BufferName } from '../../hw/accelerator-schema.js';
import { sumBytes } from '../../hw/storage.js';
import type { Room } from '../candidate.js';
import { wholeCut, type PositionCut } from '../position-cuts.js';
import { slotCount } from '../program/slots.js';
import { phasesOf } from '../space/phases.js';
import { stripSize, wholeStrip, type StripSize } from '../space/strips.js';
import { residencyOf, type ArrayWorkload, type WorkloadResidency } from '../workload/workload.js';
import { stripPositions } from './accumulator-use.js';
import { countedStrips, type CountedStrips } from './array-chip-work.js';
import { wholeChannelCut, type ChannelCut } from './channel-choices.js';
import { leastDramBytes, leastDramCycles, transferCount, type ArrayTraffic } from './array-traffic.js';
import { onChipOf, type OnChip } from './on-chip.js';
import { activationElementBytes, weightRowBytes } from './tile-bytes.js';
import { wholeTiling, type Tiling } from './tiling.js';

/** Strips of cuts, which come back with other channels and on other machines: they follow from the cut and their size. */
const STRIPS = new WeakMap<
  PositionCut,
  readonly { readonly size: StripSize; readonly strips: CountedStrips }[]
>();

/** A layer on a machine: what all its mappings have in common, whatever room its buffers have. */
export class ArraySpace {
  readonly workload: ArrayWorkload;
  readonly accelerator: Accelerator;
  readonly residency: WorkloadResidency;
  readonly onChip: OnChip;
  readonly cuts: readonly PositionCut[];
  readonly wholePositions: PositionCut;
  readonly wholeChannels: ChannelCut;
  /** Every output is the sum of some products: no phase is without taps. */
  readonly hasSumsEverywhere: boolean;
  /** Output positions of the layer. */
  readonly positions: number;
  readonly wholeActivationBytes: number;
  readonly wholeWeightBytes: number;
  /** What mappings move at least, and cycles for which that keeps the DRAM busy. */
  readonly least: { readonly traffic: ArrayTraffic; readonly dramBytes: number; readonly dramCycles: number };
  #everything: Tiling | null = null;
  /** Where they do not depend on the outputs of a block. */
  readonly #strips = new Map<PositionCut, StripSize>();
  #besideActivations: ArrayTraffic | null = null;

  constructor(workload: ArrayWorkload, accelerator: Accelerator, cuts: readonly PositionCut[]) {
    this.workload = workload;
    this.accelerator = accelerator;
    this.residency = residencyOf(workload);
    this.onChip = onChipOf(workload, accelerator);
    this.cuts = cuts;
    this.wholePositions = wholeCut(workload);
    this.wholeChannels = wholeChannelCut(workload);
    this.hasSumsEverywhere = phasesOf(workload).every(({ taps }) => taps > 0);
    this.positions = workload.images * workload.rows.outputExtent * workload.columns.outputExtent;
    this.wholeActivationBytes = this.activationBytes(this.wholePositions, this.wholeChannels);
    this.wholeWeightBytes = this.weightBytes(this.wholeChannels);
    const leastInputs = cuts.reduce((least, { inputs }) => Math.min(least, inputs), Infinity);
    const traffic = this.leastTraffic(leastInputs, 1);
    const dramBytes = leastDramBytes(traffic, accelerator.dram);
    const dramCycles = leastDramCycles(transferCount(traffic), dramBytes, accelerator);
    this.least = { traffic, dramBytes, dramCycles };
  }

  /**
   * What every mapping moves: each operand once that is not on chip, in one transfer if need be, and the results.
   *
   * @param inputs positions that are read
   */
  leastTraffic(inputs: number, stores: number): ArrayTraffic {
    const { workload, residency } = this;
    this.#besideActivations ??= this.#trafficBesideActivations();
    const positionBytes = workload.groups * workload.inputChannels * activationElementBytes(workload);
    const activationBytes = residency.inputs > 0 ? 0 : inputs * positionBytes;
    return {
      ...this.#besideActivations,
      activationLoads: activationBytes > 0 ? 1 : 0,
      activationBytes,
      stores: residency.output ? 0 : stores,
    };
  }

  /** Weights, biases and results, each in one transfer. */
  #trafficBesideActivations(): ArrayTraffic {
    const { workload, residency } = this;
    const { groups, inputChannels, outputChannels } = workload;
    const outputs = groups * outputChannels;
    const loadsBiases = !residency.weights && workload.biasBytes > 0;
    const weightBytes = outputs * weightRowBytes(workload, inputChannels, this.accelerator.array);
    return {
      activationLoads: 0,
      activationBytes: 0,
      weightLoads: residency.weights ? 0 : 1,
      weightBytes: residency.weights ? 0 : weightBytes,
      biasLoads: loadsBiases ? 1 : 0,
      biasBytes: loadsBiases ? outputs * workload.biasBytes : 0,
      stores: residency.output ? 0 : 1,
      storedBytes: residency.output ? 0 : this.positions * outputs * workload.outputBytes,
    };
  }

  /** Bytes of the activation buffer that the slots of the tiles take, overlap with neighbours included. */
  activationBytes({ mostInputs, tiles }: PositionCut, { groups, inputs }: ChannelCut): number {
    const bytes = mostInputs * groups.size * inputs.size * this.residency.loadedInputBytes;
    return bytes * this.#slots('activationBuffer', tiles * groups.count * inputs.count);
  }

  /** Of the weight buffer, which is charged with the biases. */
  weightBytes({ groups, outputs, inputs }: ChannelCut): number {
    if (this.residency.weights) return 0;
    const { workload, accelerator } = this;
    const bytes =
      groups.size *
      outputs.size *
      (weightRowBytes(workload, inputs.size, accelerator.array) + workload.biasBytes);
    return bytes * this.#slots('weightBuffer', groups.count * outputs.count * inputs.count);
  }

  /** Of the output buffer. Spilled sums wait beside the results of their tile. */
  resultBytes({ positions, tiles }: PositionCut, { groups, outputs }: ChannelCut, spills: boolean): number {
    const { workload, accelerator, residency } = this;
    const bytes =
      (residency.output ? 0 : workload.outputBytes) + (spills ? sumBytes(accelerator.accumulators) : 0);
    const slots = this.#slots('outputBuffer', tiles * groups.count * outputs.count);
    return positions * groups.size * outputs.size * bytes * slots;
  }

  /** Whether tiles find room in all slots of their buffers, beside the tensors that lie there whole. */
  hasRoom(
    { activationBuffer, weightBuffer, outputBuffer, unified }: Room,
    activations: number,
    weights: number,
    results: number,
  ): boolean {
    const { reservedBytes } = this.residency;
    if (unified === true) {
      const together = activations + weights + results + reservedBytes;
      return [activationBuffer, weightBuffer, outputBuffer].every(
        ({ capacityBytes }) => together <= capacityBytes,
      );
    }
    return (
      activations <= activationBuffer.capacityBytes &&
      weights + reservedBytes <= weightBuffer.capacityBytes &&
      results <= outputBuffer.capacityBytes
    );
  }

  #slots(buffer: BufferName, tiles: number): number {
    return slotCount(this.accelerator[buffer].pingPong, tiles);
  }

  /** The tiling of tensors that are kept: mappings that keep one have this very object. */
  get everything(): Tiling {
    this.#everything ??= wholeTiling(this.workload);
    return this.#everything;
  }

  /** The largest strips whose sums find room; the whole tile where they all stay. */
  stripSize(cut: PositionCut, blockOutputs: number, keepsSums: boolean): StripSize {
    if (keepsSums) return wholeStrip(cut.split);
    const known = this.#strips.get(cut);
    if (known !== undefined) return known;
    const size = stripSize(cut.split, stripPositions(this.workload, blockOutputs, this.accelerator));
    if (this.accelerator.array.dataflow !== 'is') this.#strips.set(cut, size);
    return size;
  }

  /** Strips of a cut, counted once for each size. */
  strips(cut: PositionCut, { images, rows, columns }: StripSize): CountedStrips {
    const known = STRIPS.get(cut) ?? [];
    const found = known.find(
      ({ size }) => size.images === images && size.rows === rows && size.columns === columns,
    );
    if (found !== undefined) return found.strips;
    const size = { images, rows, columns };
    const strips = countedStrips(this.workload, cut.split, size);
    STRIPS.set(cut, [...known, { size, strips }]);
    return strips;
  }
}
