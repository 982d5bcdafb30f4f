import { assertNever } from '../core/errors.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { Instruction } from '../hw/isa.js';
import { LayerPlanner, type LayerPlan } from './layer-plan.js';
import type { Network } from './layer.js';

/**
 * The programs of all layers as text: an instruction a line with its start and end, counted from the start of its layer,
 * its unit, what it does, and the instructions it waits for.
 */
export function programListing({ layers }: Network, accelerator: Accelerator): string {
  const planner = new LayerPlanner(accelerator);
  return layers
    .map(
      (layer, index) => `layer ${index} '${layer.name}' (${layer.op}): ${layerListing(planner.plan(layer))}`,
    )
    .join('\n');
}

/** The instructions of one layer below a line that says how it is mapped. */
export function layerListing({ program, timeline, mapping }: LayerPlan): string {
  const width = String(timeline.makespan).length;
  const column = (cycle: number): string => String(cycle).padStart(width);
  const lines = program.map((instruction, index) => {
    const span = `${column(timeline.starts[index]!)} … ${column(timeline.ends[index]!)}`;
    const tokens = instruction.waitsFor.length === 0 ? '' : `  after ${instruction.waitsFor.join(', ')}`;
    const what = `${instruction.kind.padEnd(15)} ${operands(instruction)}`;
    return `${String(index).padStart(6)}  ${span}  ${instruction.unit.padEnd(10)} ${what}${tokens}`;
  });
  return [mapping ?? 'moves nothing', ...lines, ''].join('\n');
}

function operands(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'loadActivations':
    case 'loadWeights':
    case 'loadBias':
    case 'store':
      return `${instruction.bytes} bytes`;
    case 'preload':
      return `${instruction.rows}x${instruction.columns}, ${instruction.weights} ${instruction.operand ?? 'weights'}`;
    case 'stream': {
      const block = `${instruction.rows}x${instruction.columns}`;
      return `${instruction.vectors} vectors x ${block}, ${instruction.accumulates ? 'adds' : 'writes'}`;
    }
    case 'drain': {
      const sums = `${instruction.rows}x${instruction.columns} sums`;
      return `${sums}, ${instruction.accumulates ? 'adds' : 'writes'}`;
    }
    case 'requantize':
      return `${instruction.elements} elements`;
    case 'vector':
      return `${instruction.operations} operations`;
    default:
      return assertNever(instruction);
  }
}
