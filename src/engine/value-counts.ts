import type { Accelerator } from '../hw/accelerator.js';
import type { ActionCounts } from '../hw/counts.js';
import { assert } from '../core/errors.js';
import { arrayOperands } from './array-operands.js';
import type { LayerPlan } from './layer-plan.js';
import { operandToggles } from './operand-toggles.js';
import type { RecordedOperands } from './recorded-operands.js';
import { zeroGatedMacs } from './zero-gated-macs.js';

/** Whether what a machine counts depends on values. */
export function countsValues({ zeroGating, toggleShare }: Accelerator): boolean {
  return zeroGating !== undefined || toggleShare !== undefined;
}

/** The counts of a layer with those of its MACs apart whose cost follows from the values they met. */
export function withValues(
  counts: ActionCounts,
  { node, tensors }: RecordedOperands,
  { workload, steps }: LayerPlan,
  { zeroGating, toggleShare, array }: Accelerator,
): ActionCounts {
  const { macs } = counts;
  if (zeroGating !== undefined) {
    const gatedMacs = zeroGatedMacs(node, tensors, zeroGating.operands);
    assert(gatedMacs <= macs, 'no more MACs are gated than there are', { gatedMacs, macs });
    return { ...counts, macs: macs - gatedMacs, gatedMacs };
  }
  if (toggleShare === undefined) return counts;
  assert(workload.kind === 'array', 'array operators run on the array', { kind: workload.kind });
  const toggles = operandToggles(workload, steps, arrayOperands(node, tensors), array);
  return { ...counts, macs: 0, measuredMacs: macs, operandToggles: toggles };
}
