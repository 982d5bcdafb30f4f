import type { Accelerator } from '../hw/accelerator.js';
import { energyOf, totalEnergy } from '../hw/energy/energy-of.js';
import { lanesFor } from '../hw/operand-mode.js';
import type { IntGraph } from '../ir/graph.js';
import { checkMachineLimits, checkOperandWidths } from '../lower/machine-limits.js';
import { arrayMacs, type Workload } from '../lower/workload/workload.js';
import { boundOf } from './bound.js';
import { USUAL_GOAL } from '../lower/goal.js';
import type { LayerPlan, PlanOptions } from './layer-plan.js';
import { networkOf, type Network } from './layer.js';
import type { RecordedOperands } from './recorded-operands.js';
import type { LayerResult, SimulationResult } from './result.js';
import { planNetwork, type NetworkPlanOptions } from './network-plan.js';
import { residencyResult } from './residency/residency-result.js';
import { totalsOf } from './totals.js';
import { withValues } from './value-counts.js';

export interface SimulationOptions extends NetworkPlanOptions {
  /** Operands of a run, for machines that count them. */
  readonly operands?: readonly RecordedOperands[] | undefined;
}

/** What a layer is beside what its plan says. */
type LayerIdentity = 'index' | 'name' | 'op' | 'outputShape' | 'parameterBytes';
type LayerFigures = Omit<LayerResult, LayerIdentity>;

/**
 * Cycles, traffic and energy of a network on a machine, layer by layer and in total; values are another matter
 * (`IntegerRunner`), as nothing here depends on them but the energy of MACs where a machine says so, if the operands of a
 * run are given.
 *
 * Layers run one after the other: a layer begins when the last result of the one before is stored, and reads all its
 * operands from DRAM, but for what a machine keeps on chip (`planNetwork`).
 *
 * @throws UserError where the machine cannot run a layer: no room for its smallest tile, operands or sums too wide
 */
export function simulate(
  graph: IntGraph,
  accelerator: Accelerator,
  options: SimulationOptions = {},
): SimulationResult {
  for (const node of graph.nodes) checkMachineLimits(node, graph, accelerator);
  return simulateNetwork(networkOf(graph), accelerator, options);
}

/** The same for layers of which only the shapes are known: nobody can tell whether their sums fit the accumulators. */
export function simulateShapes(
  network: Network,
  accelerator: Accelerator,
  options: PlanOptions = {},
): SimulationResult {
  for (const { name, op, workload } of network.layers) {
    checkOperandWidths(`layer '${name}' (${op})`, workload, accelerator);
  }
  return simulateNetwork(network, accelerator, options);
}

function simulateNetwork(
  network: Network,
  accelerator: Accelerator,
  { operands = [], ...options }: SimulationOptions,
): SimulationResult {
  const recorded = new Map(operands.map((each) => [each.index, each]));
  const { layers: plans, residency } = planNetwork(network, accelerator, options);
  const layers = network.layers.map((layer, index): LayerResult => {
    const plan = plans[index]!;
    const known = figuresOf(plan, accelerator);
    const { name, op, outputShape, parameterBytes } = layer;
    const values = recorded.get(index);
    // Lanes share a multiplier: what meets in one of them says nothing of the others.
    const isOwn = values !== undefined && known.lanes === 1;
    const own = isOwn ? withOwnValues(known, plan, values, accelerator) : known;
    return { index, name, op, outputShape, parameterBytes, ...own };
  });
  const { name, shapesOnly } = network;
  const totals = totalsOf(layers, accelerator);
  const { optimize = USUAL_GOAL } = options;
  const result = { model: name, shapesOnly, accelerator, optimize, layers, totals };
  return residency === null
    ? result
    : { ...result, residency: residencyResult(residency, totals, accelerator) };
}

function lanesOf(workload: Workload, { array }: Accelerator): number {
  return workload.kind === 'array' ? (lanesFor(workload, array)?.lanes ?? 1) : 1;
}

/** The figures of a layer of which the values are known: as long, with another energy where that depends on them. */
function withOwnValues(
  figures: LayerFigures,
  plan: LayerPlan,
  values: RecordedOperands,
  accelerator: Accelerator,
): LayerFigures {
  const counts = withValues(figures.counts, values, plan, accelerator);
  const energyBreakdown = energyOf(counts, figures.cycles, accelerator);
  return { ...figures, counts, energyBreakdown, energyPicojoules: totalEnergy(energyBreakdown) };
}

/** The figures of plans on the machines for which they were asked last: layers share plans, and so do runs. */
const FIGURES = new WeakMap<
  LayerPlan,
  { readonly accelerator: Accelerator; readonly figures: LayerFigures }
>();

function figuresOf(plan: LayerPlan, accelerator: Accelerator): LayerFigures {
  const known = FIGURES.get(plan);
  if (known?.accelerator === accelerator) return known.figures;
  const figures = newFiguresOf(plan, accelerator);
  FIGURES.set(plan, { accelerator, figures });
  return figures;
}

function newFiguresOf(plan: LayerPlan, accelerator: Accelerator): LayerFigures {
  const { workload, cycles, cycleBreakdown, counts, mapping, runnerUp } = plan;
  const energyBreakdown = energyOf(counts, cycles, accelerator);
  const macs = workload.kind === 'array' ? arrayMacs(workload) : 0;
  const lanes = lanesOf(workload, accelerator);
  const idealCycles = macs / lanes / (accelerator.array.rows * accelerator.array.columns);
  return {
    placement: workload.kind,
    macs,
    cycles,
    cycleBreakdown,
    lanes,
    idealCycles,
    utilization: cycles === 0 ? 0 : idealCycles / cycles,
    counts,
    energyPicojoules: totalEnergy(energyBreakdown),
    energyBreakdown,
    bound: boundOf(cycleBreakdown),
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
