import type { Accelerator } from '../hw/accelerator.js';
import { addCounts, zeroCounts } from '../hw/energy/action-counts.js';
import { energyOf, totalEnergy } from '../hw/energy/energy-of.js';
import { instructionCounts } from '../hw/energy/instruction-counts.js';
import type { IntGraph } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import { tensorBytes } from '../lower/workload/value-bytes.js';
import { arrayMacs } from '../lower/workload/workload.js';
import { boundOf } from './bound.js';
import { cycleBreakdown } from './cycle-breakdown.js';
import { LayerPlanner, type LayerPlan } from './layer-plan.js';
import type { LayerResult, SimulationResult } from './result.js';
import { totalsOf } from './totals.js';

/** What a layer is beside what its plan says. */
type LayerIdentity = 'index' | 'name' | 'op' | 'outputShape' | 'parameterBytes';

/**
 * Cycles, traffic and energy of a network on a machine, layer by layer and in total; values are another matter
 * (`IntegerRunner`), as nothing here depends on them.
 *
 * Layers run one after the other: a layer begins when the last result of the one before is stored, and reads all its
 * operands from DRAM.
 *
 * @throws UserError where the machine cannot run a layer: no room for its smallest tile, operands or sums too wide
 */
export function simulate(graph: IntGraph, accelerator: Accelerator): SimulationResult {
  const planner = new LayerPlanner(graph, accelerator);
  const figures = new Map<LayerPlan, Omit<LayerResult, LayerIdentity>>();
  const layers = graph.nodes.map((node, index): LayerResult => {
    const plan = planner.plan(node);
    const known = figures.get(plan) ?? figuresOf(plan, accelerator);
    figures.set(plan, known);
    return {
      index,
      name: node.name,
      op: node.op,
      outputShape: graph.values.get(node.output)!.shape,
      parameterBytes: parameterBytes(node, graph),
      ...known,
    };
  });
  return { model: graph.name, accelerator, layers, totals: totalsOf(layers, accelerator) };
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
  const idealCycles = macs / (accelerator.array.rows * accelerator.array.columns);
  return {
    placement: workload.kind,
    macs,
    cycles,
    cycleBreakdown: breakdown,
    idealCycles,
    utilization: cycles === 0 ? 0 : idealCycles / cycles,
    counts,
    energyPicojoules: totalEnergy(energyBreakdown),
    energyBreakdown,
    bound: boundOf(breakdown),
    mapping,
    runnerUp,
  };
}

/** Bytes of the node's constants. */
function parameterBytes(node: IntNode, graph: IntGraph): number {
  return tensorBytes(
    node.inputs.filter((id) => graph.constants.has(id)),
    graph,
  );
}
