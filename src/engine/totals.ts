import type { Accelerator } from '../hw/accelerator.js';
import { CYCLE_NAMES, type CycleBreakdown } from '../hw/counts.js';
import { addCounts, zeroCounts } from '../hw/energy/action-counts.js';
import { addEnergy, totalEnergy, zeroEnergy } from '../hw/energy/energy-of.js';
import type { LayerResult, SimulationTotals } from './result.js';

const PICOJOULES_PER_JOULE = 1e12;
const OPERATIONS_PER_MAC = 2;

/** The sums of the layers, in order and exact, and what follows from them at the machine's clock. */
export function totalsOf(
  layers: readonly LayerResult[],
  { array, clockHertz }: Accelerator,
): SimulationTotals {
  const macs = sum(layers, (layer) => layer.macs);
  const cycles = sum(layers, (layer) => layer.cycles);
  const multiplierCycles = sum(layers, (layer) => layer.macs / layer.lanes);
  const energyBreakdown = layers.reduce(
    (total, layer) => addEnergy(total, layer.energyBreakdown),
    zeroEnergy(),
  );
  const energyPicojoules = totalEnergy(energyBreakdown);
  const seconds = cycles / clockHertz;
  const teraOperations = (OPERATIONS_PER_MAC * macs) / 1e12;
  return {
    macs,
    cycles,
    cycleBreakdown: sumOfBreakdowns(layers),
    utilization: ratio(multiplierCycles, array.rows * array.columns * cycles),
    counts: layers.reduce((total, layer) => addCounts(total, layer.counts), zeroCounts()),
    energyPicojoules,
    energyBreakdown,
    energyDelayJouleSeconds: (energyPicojoules / PICOJOULES_PER_JOULE) * seconds,
    latencyMilliseconds: seconds * 1e3,
    inferencesPerSecond: ratio(1, seconds),
    teraOperationsPerSecond: ratio(teraOperations, seconds),
    // Operations per second over joules per second: per joule.
    teraOperationsPerSecondPerWatt: ratio(teraOperations, energyPicojoules / PICOJOULES_PER_JOULE),
  };
}

function sumOfBreakdowns(layers: readonly LayerResult[]): CycleBreakdown {
  const entries = CYCLE_NAMES.map((name) => [name, sum(layers, (layer) => layer.cycleBreakdown[name])]);
  return Object.fromEntries(entries) as CycleBreakdown;
}

function sum(layers: readonly LayerResult[], figure: (layer: LayerResult) => number): number {
  return layers.reduce((total, layer) => total + figure(layer), 0);
}

/** 0 where a network without work leaves nothing to divide by. */
function ratio(dividend: number, divisor: number): number {
  return divisor === 0 ? 0 : dividend / divisor;
}
