import type { Accelerator } from '../hw/accelerator.js';
import type { ActionCounts, CycleBreakdown, EnergyBreakdown } from '../hw/counts.js';

/** What limits a layer: the name under which most of its cycles fall, as a person would say it. */
export type Bound = 'compute' | 'weight load' | 'load' | 'store' | 'vector' | 'nothing';

/** Where a layer runs. A layer without work (a reshape) moves nothing and takes no time; `host` work is listed, never costed at zero. */
export type Placement = 'array' | 'vector' | 'free' | 'host';

/** One line of the report. Its figures, summed over the layers, are the totals. */
export interface LayerResult {
  readonly index: number;
  /** The node's name. */
  readonly name: string;
  readonly op: string;
  readonly placement: Placement;
  readonly outputShape: readonly number[];
  /** Nominal multiply-accumulates from the layer's shapes. */
  readonly macs: number;
  readonly parameterBytes: number;
  readonly cycles: number;
  readonly cycleBreakdown: CycleBreakdown;
  /** MACs that a multiplier does in a cycle. */
  readonly lanes: number;
  /** macs / (rows · columns · lanes): cycles on a perfectly used array. */
  readonly idealCycles: number;
  /** idealCycles / cycles, in [0, 1]; 0 where the layer has no MACs. */
  readonly utilization: number;
  readonly counts: ActionCounts;
  readonly energyPicojoules: number;
  readonly energyBreakdown: EnergyBreakdown;
  readonly bound: Bound;
  /** How the layer was tiled, and the runner-up; null for layers without a choice. */
  readonly mapping: string | null;
  readonly runnerUp: string | null;
  /** What of it is on chip as a whole, on machines that keep something: operands, weights, its result. */
  readonly resident?: { readonly inputs: number; readonly weights: boolean; readonly output: boolean };
}

/** The whole network on one machine, with the machine that produced it. */
export interface SimulationResult {
  readonly model: string;
  /** Only shapes were known, no values. */
  readonly shapesOnly: boolean;
  readonly accelerator: Accelerator;
  readonly layers: readonly LayerResult[];
  readonly totals: SimulationTotals;
  /** On machines that keep something on chip. */
  readonly residency?: ResidencyResult;
}

/** What stays on chip, what that saves an inference, and what it takes before the first one: the totals are without that. */
export interface ResidencyResult {
  readonly tensors: number;
  /** Layers whose weights stay. */
  readonly weightLayers: number;
  /** Bytes of all that stays, when it is most. */
  readonly mostBytes: number;
  readonly savedCycles: number;
  readonly savedDramBytes: number;
  readonly setupCycles: number;
  readonly setupDramBytes: number;
  readonly setupEnergyPicojoules: number;
}

export interface SimulationTotals {
  readonly macs: number;
  readonly cycles: number;
  readonly cycleBreakdown: CycleBreakdown;
  readonly utilization: number;
  readonly counts: ActionCounts;
  readonly energyPicojoules: number;
  readonly energyBreakdown: EnergyBreakdown;
  /** energy · latency. */
  readonly energyDelayJouleSeconds: number;
  readonly latencyMilliseconds: number;
  readonly inferencesPerSecond: number;
  /** Two operations per MAC, over the time and the energy of the whole network. */
  readonly teraOperationsPerSecond: number;
  readonly teraOperationsPerSecondPerWatt: number;
}
