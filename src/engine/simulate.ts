import { assert } from '../core/errors.js';
import type { Accelerator } from '../hw/accelerator.js';
import { addCounts, zeroCounts } from '../hw/energy/action-counts.js';
import { energyOf, totalEnergy } from '../hw/energy/energy-of.js';
import { instructionCounts } from '../hw/energy/instruction-counts.js';
import { lanesFor } from '../hw/operand-mode.js';
import type { IntGraph } from '../ir/graph.js';
import { checkMachineLimits, checkOperandWidths } from '../lower/machine-limits.js';
import { arrayMacs, type Workload } from '../lower/workload/workload.js';
import { boundOf } from './bound.js';
import { cycleBreakdown } from './cycle-breakdown.js';
import type { LayerPlan } from './layer-plan.js';
import { networkOf, type Network } from './layer.js';
import type { LayerResult, SimulationResult } from './result.js';
import { planNetwork } from './network-plan.js';
import { residencyResult } from './residency/residency-result.js';
import { totalsOf } from './totals.js';

/** MACs of each layer, by its index, that met a zero: see `GatedMacCounter`. */
export type GatedMacs = ReadonlyMap<number, number>;

/** What a layer is beside what its plan says. */
type LayerIdentity = 'index' | 'name' | 'op' | 'outputShape' | 'parameterBytes';

/**
 * Cycles, traffic and energy of a network on a machine, layer by layer and in total; values are another matter
 * (`IntegerRunner`), as nothing here depends on them but the energy of MACs that a machine gates, if they are given.
 *
 * Layers run one after the other: a layer begins when the last result of the one before is stored, and reads all its
 * operands from DRAM, but for what a machine keeps on chip (`planNetwork`).
 *
 * @throws UserError where the machine cannot run a layer: no room for its smallest tile, operands or sums too wide
 */
export function simulate(
  graph: IntGraph,
  accelerator: Accelerator,
  { gatedMacs = new Map() }: { readonly gatedMacs?: GatedMacs } = {},
): SimulationResult {
  for (const node of graph.nodes) checkMachineLimits(node, graph, accelerator);
  return simulateNetwork(networkOf(graph), accelerator, gatedMacs);
}

/** The same for layers of which only the shapes are known: nobody can tell whether their sums fit the accumulators. */
export function simulateShapes(network: Network, accelerator: Accelerator): SimulationResult {
  for (const { name, op, workload } of network.layers) {
    checkOperandWidths(`layer '${name}' (${op})`, workload, accelerator);
  }
  return simulateNetwork(network, accelerator);
}

function simulateNetwork(
  network: Network,
  accelerator: Accelerator,
  gatedMacs: GatedMacs = new Map(),
): SimulationResult {
  const { layers: plans, residency } = planNetwork(network, accelerator);
  const figures = new Map<LayerPlan, Omit<LayerResult, LayerIdentity>>();
  const layers = network.layers.map((layer, index): LayerResult => {
    const plan = plans[index]!;
    const known = figures.get(plan) ?? figuresOf(plan, accelerator);
    figures.set(plan, known);
    const { name, op, outputShape, parameterBytes } = layer;
    const gated = gatedMacs.get(index) ?? 0;
    // Lanes share a multiplier: a zero in one of them gates nothing.
    const own = gated === 0 || known.lanes > 1 ? known : withGatedMacs(known, gated, accelerator);
    return { index, name, op, outputShape, parameterBytes, ...own };
  });
  const { name, shapesOnly } = network;
  const totals = totalsOf(layers, accelerator);
  const result = { model: name, shapesOnly, accelerator, layers, totals };
  return residency === null
    ? result
    : { ...result, residency: residencyResult(residency, totals, accelerator) };
}

function lanesOf(workload: Workload, { array }: Accelerator): number {
  return workload.kind === 'array' ? (lanesFor(workload, array)?.lanes ?? 1) : 1;
}

/** The figures of a layer of whose MACs some are gated: as long, with less energy. */
function withGatedMacs(
  figures: Omit<LayerResult, LayerIdentity>,
  gatedMacs: number,
  accelerator: Accelerator,
): Omit<LayerResult, LayerIdentity> {
  const { macs } = figures.counts;
  assert(gatedMacs <= macs, 'no more MACs are gated than there are', { gatedMacs, macs });
  const counts = { ...figures.counts, macs: macs - gatedMacs, gatedMacs };
  const energyBreakdown = energyOf(counts, figures.cycles, accelerator);
  return { ...figures, counts, energyBreakdown, energyPicojoules: totalEnergy(energyBreakdown) };
}

function figuresOf(plan: LayerPlan, accelerator: Accelerator): Omit<LayerResult, LayerIdentity> {
  const { workload, program, timeline, mapping, runnerUp } = plan;
  const cycles = timeline.makespan;
  const breakdown = cycleBreakdown(program, timeline, accelerator);
  const counts = program.reduce(
    (sum, instruction) => addCounts(sum, instructionCounts(instruction, accelerator)),
    zeroCounts(),
  );
  const energyBreakdown = energyOf(counts, cycles, accelerator);
  const macs = workload.kind === 'array' ? arrayMacs(workload) : 0;
  const lanes = lanesOf(workload, accelerator);
  const idealCycles = macs / lanes / (accelerator.array.rows * accelerator.array.columns);
  return {
    placement: workload.kind,
    macs,
    cycles,
    cycleBreakdown: breakdown,
    lanes,
    idealCycles,
    utilization: cycles === 0 ? 0 : idealCycles / cycles,
    counts,
    energyPicojoules: totalEnergy(energyBreakdown),
    energyBreakdown,
    bound: boundOf(breakdown),
    mapping,
    runnerUp,
    ...residentsOf(workload),
  };
}

/** Nothing where nothing of the layer is on chip as a whole. */
function residentsOf(workload: Workload): Pick<LayerResult, 'resident'> {
  if (workload.kind === 'free' || workload.kind === 'host' || workload.residency === undefined) return {};
  const { inputs, weights, output } = workload.residency;
  return inputs > 0 || weights || output ? { resident: { inputs, weights, output } } : {};
}
