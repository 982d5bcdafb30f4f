import type { Accelerator } from '../hw/accelerator.js';
import { operandText } from './instruction-text.js';
import type { LayerPlan } from './layer-plan.js';
import type { Network } from './layer.js';
import { planNetwork, type NetworkPlanOptions } from './network-plan.js';

/**
 * The programs of all layers as text: an instruction a line with its start and end, counted from the start of its layer,
 * its unit, what it does, and the instructions it waits for.
 */
export function programListing(
  network: Network,
  accelerator: Accelerator,
  options: NetworkPlanOptions = {},
): string {
  const { layers: plans } = planNetwork(network, accelerator, options);
  return network.layers
    .map((layer, index) => `layer ${index} '${layer.name}' (${layer.op}): ${layerListing(plans[index]!)}`)
    .join('\n');
}

/** The instructions of one layer below a line that says how it is mapped. */
export function layerListing({ program, timeline, mapping }: LayerPlan): string {
  const width = String(timeline.makespan).length;
  const column = (cycle: number): string => String(cycle).padStart(width);
  const lines = program.map((instruction, index) => {
    const span = `${column(timeline.starts[index]!)} … ${column(timeline.ends[index]!)}`;
    const tokens = instruction.waitsFor.length === 0 ? '' : `  after ${instruction.waitsFor.join(', ')}`;
    const what = `${instruction.kind.padEnd(15)} ${operandText(instruction)}`;
    return `${String(index).padStart(6)}  ${span}  ${instruction.unit.padEnd(10)} ${what}${tokens}`;
  });
  return [mapping ?? 'moves nothing', ...lines, ''].join('\n');
}
