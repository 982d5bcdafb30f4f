import { assert } from '../../src/core/errors.js';
import { LayerPlanner, type LayerPlan } from '../../src/engine/layer-plan.js';
import { lanesFor } from '../../src/hw/operand-mode.js';
import { residencyOf } from '../../src/lower/workload/workload.js';
import { mappingsThat, planOfMapping } from './lowering.js';
import type { PlanLayer } from './lockstep.js';

/** The plan of a layer whose operands pass in packed lanes. */
export const packedPlan: PlanLayer = (layer, machine) => {
  const { workload } = layer;
  if (workload.kind !== 'array' || lanesFor(workload, machine.array) === undefined) return null;
  const plan = new LayerPlanner(machine).plan(layer);
  assert(
    plan.program.every((each) => each.kind !== 'stream' || each.packed !== undefined),
    'operands that fit lanes pass in them',
  );
  return plan;
};

/** A plan of a layer that finds some of its operands on chip, or leaves its result there, beside tensors of others. */
export const residentPlan: PlanLayer = (layer, machine, pick) => {
  const { workload, tensors, parameterBytes } = layer;
  if (workload.kind === 'free' || workload.kind === 'host' || machine.unified !== true) return null;
  const [inputs, output, weights] = [1, 2, 4].map((bit) => (pick & bit) !== 0);
  const usual = residencyOf(workload);
  const residency = {
    inputs: inputs! ? tensors!.streamed.length : 0,
    loadedInputBytes: inputs! ? 0 : usual.loadedInputBytes,
    output: output!,
    weights: weights!,
    reservedBytes: tensors!.outputBytes + parameterBytes + MOST_INPUT_BYTES,
  };
  return new LayerPlanner(machine).plan({ ...layer, workload: { ...workload, residency } });
};

/** More than the streamed operands of any small case. */
const MOST_INPUT_BYTES = 4096;

/** A plan that spills sums, the fastest by its estimate, whether it would be chosen or not. */
export const spilledPlan: PlanLayer = ({ workload }, machine): LayerPlan | null => {
  if (workload.kind !== 'array') return null;
  const [candidate] = mappingsThat(true, workload, machine).sort((a, b) => a.cycles - b.cycles);
  return candidate === undefined ? null : planOfMapping(candidate, workload, machine);
};
