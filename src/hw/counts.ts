/** What a layer did, counted: the left column of the energy report. */
export interface ActionCounts {
  /** At the full cost: those that are gated and those in packed lanes are counted apart. */
  readonly macs: number;
  /** MACs that met a zero, where the machine gates them and values are known. */
  readonly gatedMacs: number;
  /** MACs in packed lanes. */
  readonly packedMacs: number;
  /** What their multipliers do: for each, bits of the activation × bits of the weight. */
  readonly packedBitProducts: number;
  /** Bits written into registers: weights, activations and travelling partial sums of the array; biases. */
  readonly registerBits: number;
  readonly accumulatorAccesses: number;
  readonly activationReadBytes: number;
  readonly activationWriteBytes: number;
  readonly weightReadBytes: number;
  readonly weightWriteBytes: number;
  readonly outputReadBytes: number;
  readonly outputWriteBytes: number;
  /** Whole bursts, in both directions. */
  readonly dramReadBytes: number;
  readonly dramWriteBytes: number;
  readonly requantizations: number;
  readonly vectorOperations: number;
}

/** The parts of an energy breakdown. They add up to the total. */
export const ENERGY_COMPONENTS = [
  'mac',
  'registers',
  'accumulators',
  'activationBuffer',
  'weightBuffer',
  'outputBuffer',
  'dram',
  'requantize',
  'vector',
  'leakage',
] as const;
export type EnergyComponent = (typeof ENERGY_COMPONENTS)[number];
export type EnergyBreakdown = { readonly [C in EnergyComponent]: number };

/** Every cycle of a layer has exactly one of these names. */
export const CYCLE_NAMES = [
  'stream',
  'fill',
  'drain',
  'weightLoad',
  'requantize',
  'vector',
  'stalledOnLoad',
  'stalledOnStore',
  'idle',
] as const;
export type CycleName = (typeof CYCLE_NAMES)[number];
export type CycleBreakdown = { readonly [N in CycleName]: number };
