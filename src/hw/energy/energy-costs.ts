import { assert } from '../../core/errors.js';
import type { Accelerator, Sourced, Technology, ZeroGating } from '../accelerator.js';
import type { ActionCounts, EnergyComponent } from '../counts.js';

/** One term of the energy: the count of `action` times `costPicojoules` goes into `component`. */
export interface EnergyCost {
  readonly component: EnergyComponent;
  readonly action: keyof ActionCounts | 'cycles';
  readonly costPicojoules: number;
  /** What one of the action is. */
  readonly unit: 'MAC' | 'bit product' | 'bit' | 'access' | 'byte' | 'element' | 'operation' | 'cycle';
  readonly source: string;
  /** As `Sourced.verified`. */
  readonly verified?: boolean;
}

/** Picojoules of a milliwatt-second. */
const PICOJOULES_PER_MILLIJOULE = 1e9;

/** Every cost of a machine, in the order of the breakdown: the whole energy model, ready to be printed. */
export function energyCosts({
  technology: cost,
  array,
  clockHertz,
  zeroGating,
}: Accelerator): readonly EnergyCost[] {
  const leakagePerCycle: Sourced = {
    ...cost.leakageMilliwatts,
    value: (cost.leakageMilliwatts.value * PICOJOULES_PER_MILLIJOULE) / clockHertz,
  };
  return [
    term('mac', 'macs', 'MAC', cost.macPicojoules),
    ...(zeroGating === undefined ? [] : [gatedTerm(cost.macPicojoules, zeroGating)]),
    ...(array.packedLanes === undefined ? [] : packedTerms(cost)),
    term('registers', 'registerBits', 'bit', cost.registerPicojoulesPerBit),
    term('accumulators', 'accumulatorAccesses', 'access', cost.accumulatorPicojoulesPerAccess),
    term('activationBuffer', 'activationReadBytes', 'byte', cost.activationReadPicojoulesPerByte),
    term('activationBuffer', 'activationWriteBytes', 'byte', cost.activationWritePicojoulesPerByte),
    term('weightBuffer', 'weightReadBytes', 'byte', cost.weightReadPicojoulesPerByte),
    term('weightBuffer', 'weightWriteBytes', 'byte', cost.weightWritePicojoulesPerByte),
    term('outputBuffer', 'outputReadBytes', 'byte', cost.outputReadPicojoulesPerByte),
    term('outputBuffer', 'outputWriteBytes', 'byte', cost.outputWritePicojoulesPerByte),
    term('dram', 'dramReadBytes', 'byte', cost.dramPicojoulesPerByte),
    term('dram', 'dramWriteBytes', 'byte', cost.dramPicojoulesPerByte),
    term('requantize', 'requantizations', 'element', cost.requantizePicojoules),
    term('vector', 'vectorOperations', 'operation', cost.vectorPicojoules),
    term('leakage', 'cycles', 'cycle', leakagePerCycle),
  ];
}

/** A gated MAC costs its share of a MAC, to six digits as all costs; nobody verified the share. */
function gatedTerm({ value, source }: Sourced, { operands, macFraction }: ZeroGating): EnergyCost {
  const zeros = operands === 'both' ? 'activations or weights' : operands;
  const share = `${macFraction} of a MAC that meets zeros of ${zeros}, as the machine states`;
  const cost = Number((value * macFraction).toPrecision(6));
  return term('mac', 'gatedMacs', 'MAC', { value: cost, source: `${share}; ${source}` });
}

/** A MAC in a packed lane costs its multiply by the widths of the lane, and one addition. */
function packedTerms({ packedMultiplyPicojoules, packedAddPicojoules }: Technology): EnergyCost[] {
  assert(packedMultiplyPicojoules !== undefined && packedAddPicojoules !== undefined, 'lanes have costs');
  return [
    term('mac', 'packedBitProducts', 'bit product', packedMultiplyPicojoules),
    term('mac', 'packedMacs', 'MAC', packedAddPicojoules),
  ];
}

function term(
  component: EnergyComponent,
  action: EnergyCost['action'],
  unit: EnergyCost['unit'],
  { value, ...provenance }: Sourced,
): EnergyCost {
  return { component, action, costPicojoules: value, unit, ...provenance };
}
