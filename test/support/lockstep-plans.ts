import { assert } from '../../src/core/errors.js';
import { LayerPlanner, type LayerPlan } from '../../src/engine/layer-plan.js';
import { runProgram } from '../../src/engine/timeline.js';
import { lanesFor } from '../../src/hw/operand-mode.js';
import { arrayCandidates } from '../../src/lower/array/array-candidates.js';
import { withTokens } from '../../src/lower/program/tokens.js';
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

/** A plan that spills sums, the fastest by its estimate, whether it would be chosen or not. */
export const spilledPlan: PlanLayer = ({ workload }, machine): LayerPlan | null => {
  if (workload.kind !== 'array') return null;
  const [candidate] = arrayCandidates(workload, machine)
    .filter(({ text }) => text().includes('sums spilled'))
    .sort((a, b) => a.estimate.cycles - b.estimate.cycles);
  if (candidate === undefined) return null;
  const steps = candidate.build();
  const program = withTokens(steps);
  const timeline = runProgram(program, machine);
  return {
    workload,
    program,
    steps,
    timeline,
    needs: candidate.needs(),
    mapping: candidate.text(),
    runnerUp: null,
  };
};
