import type { Accelerator } from '../../hw/accelerator.js';
import { dynamicEnergy, type ActionCosts } from '../../hw/energy/energy-of.js';
import type { Candidate, Estimate, MappedProgram } from '../candidate.js';
import { positionCuts } from '../position-cuts.js';
import { bufferNeed, fits, reservedNeed, type Need } from '../program/need.js';
import type { Step } from '../program/step.js';
import type { ListedProgram } from '../program/unit-lists.js';
import { lengthOf, split, tileSizes, whole } from '../space/interval.js';
import { fullTilePositions, largestInputPositions, singlePositions } from '../space/position-split.js';
import { residencyOf, type VectorWorkload } from '../workload/workload.js';
import { estimateVector } from './vector-estimate.js';
import { vectorLists } from './vector-lists.js';
import { vectorText, vectorTileCount, type VectorMapping } from './vector-mapping.js';
import { scheduleVector } from './vector-schedule.js';

/**
 * Every mapping whose tiles fit the machine, with what it takes: tiles of positions x tiles of channels.
 *
 * @param fine as of `positionCuts`
 */
export function vectorCandidates(
  workload: VectorWorkload,
  accelerator: Accelerator,
  { fine }: { readonly fine: boolean },
): Candidate[] {
  const sizes = workload.wholeChannels ? [workload.channels] : [...tileSizes(workload.channels)];
  const cuts = sizes.map((size) => split(whole(workload.channels), size));
  return positionCuts(workload, { fine }).flatMap(({ split: positions }) =>
    cuts
      .map((channels) => ({ positions, channels }))
      .filter((mapping) => fits(vectorNeeds(workload, mapping, accelerator)))
      .map((mapping) => new VectorCandidate(workload, mapping, accelerator)),
  );
}

export class VectorCandidate implements Candidate {
  readonly kind = 'mapping';
  readonly #workload: VectorWorkload;
  readonly #mapping: VectorMapping;
  readonly #accelerator: Accelerator;
  readonly #estimate: Estimate;

  constructor(workload: VectorWorkload, mapping: VectorMapping, accelerator: Accelerator) {
    this.#workload = workload;
    this.#mapping = mapping;
    this.#accelerator = accelerator;
    this.#estimate = estimateVector(workload, mapping, accelerator);
  }

  get cycles(): number {
    return this.#estimate.cycles;
  }

  get likelyCycles(): number {
    return this.cycles;
  }

  get dramBytes(): number {
    return this.#estimate.dramBytes;
  }

  get instructions(): number {
    return this.#estimate.instructions;
  }

  dynamicPicojoules(costs: ActionCosts): number {
    return dynamicEnergy(this.#estimate.counts(), costs);
  }

  estimate(): Estimate {
    return this.#estimate;
  }

  text(): string {
    return vectorText(this.#workload, this.#mapping);
  }

  needs(machine: Accelerator): readonly Need[] {
    return vectorNeeds(this.#workload, this.#mapping, machine);
  }

  build(): readonly Step[] {
    return scheduleVector(this.#workload, this.#mapping, this.#accelerator);
  }

  lists(): ListedProgram {
    return vectorLists(this.#workload, this.#mapping, this.#accelerator);
  }

  program(): MappedProgram {
    return this;
  }
}

/** What the largest tile of a mapping takes of each memory. Parameters stay in the weight buffer. */
export function vectorNeeds(
  workload: VectorWorkload,
  mapping: VectorMapping,
  accelerator: Accelerator,
): Need[] {
  const residency = residencyOf(workload);
  const tiles = vectorTileCount(mapping);
  const channels = lengthOf(mapping.channels[0]!);
  const inputs = largestInputPositions(mapping.positions) * channels * residency.loadedInputBytes;
  const outputs = fullTilePositions(mapping.positions) * channels * workload.outputBytes;
  return [
    bufferNeed('activationBuffer', inputs, tiles, accelerator),
    bufferNeed('weightBuffer', residency.weights ? 0 : workload.parameterBytes, 1, accelerator),
    bufferNeed('outputBuffer', residency.output ? 0 : outputs, tiles, accelerator),
    reservedNeed(residency.reservedBytes, accelerator),
  ];
}

/** The mapping with the smallest tiles. */
export function finestVectorMapping(workload: VectorWorkload): VectorMapping {
  const size = workload.wholeChannels ? workload.channels : 1;
  return { positions: singlePositions(workload), channels: split(whole(workload.channels), size) };
}
