import { AcceleratorBase } from '../../hw/varied-accelerator.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { type AcceleratorConfig, BUFFERS } from '../../hw/accelerator-schema.js';
import { rational, toNumber } from '../../hw/config/rational.js';
import { type Axis, changesOf, gridSize, gridValues } from './axes.js';
import type { Constraint } from './constraint.js';
import type { MachineFigures } from './result.js';

/** A point that is to be simulated, or that cannot be. */
export interface PlannedPoint {
  readonly index: number;
  readonly values: readonly string[];
  readonly config: AcceleratorConfig;
  readonly machine: MachineFigures;
  readonly accelerator: Accelerator | null;
  /** Why there is no such machine. */
  readonly problem: string | null;
}

/**
 * The points of a grid that the constraint lets pass, in order. Every machine is read as a file that extends the base would be.
 *
 * @throws UserError where the schema refuses a value; a combination that is no machine is a point with a problem
 */
export async function planSweep(
  base: AcceleratorBase,
  axes: readonly Axis[],
  constraint: Constraint,
): Promise<PlannedPoint[]> {
  await checkValues(base, axes);
  const points: PlannedPoint[] = [];
  for (let index = 0; index < gridSize(axes); index += 1) {
    const values = gridValues(axes, index);
    const { config, accelerator, problem } = await base.with(changesOf(axes, values), '--vary');
    const machine = machineFigures(config);
    if (!constraint.admits(config, machine)) continue;
    points.push({ index, values: values.map(({ text }) => text), config, machine, accelerator, problem });
  }
  return points;
}

/** Every value alone, so that one that is refused is so at once, with nothing else in the way. */
async function checkValues(base: AcceleratorBase, axes: readonly Axis[]): Promise<void> {
  for (const { field, values } of axes) {
    for (const { value } of values) await base.with([{ field, value }], '--vary');
  }
}

function machineFigures({ array, ...config }: AcceleratorConfig): MachineFigures {
  const memories = [...BUFFERS, 'scratchpad'] as const;
  const capacities = memories.map((name) => toNumber(config[name]?.capacity.amount ?? rational(0n)));
  return {
    macUnits: array.rows * array.columns,
    sramBytes: capacities.reduce((sum, bytes) => sum + bytes, 0),
  };
}
