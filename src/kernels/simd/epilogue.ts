import { fits } from '../../arith/int-format.js';
import { channelCount } from '../../arith/requantizer.js';
import { assert } from '../../core/errors.js';
import { storageType } from '../../tensor/tensor.js';
import { formatOf } from '../fast/operands.js';
import type { StagedNode } from '../fast/output-stage.js';
import { ruleAndParameters } from '../fast/requantize.js';
import { rulesIn } from '../fast/requantizers/rules.js';
import type { Result } from '../kernel.js';
import { emitted } from './emitted.js';
import { floatLanes } from './epilogues/float-lanes.js';
import type { Lanes } from './epilogues/lanes.js';
import type { FloatPlan, Plan, ProductPlan, Range } from './epilogues/plan.js';
import { planning } from './epilogues/planning.js';
import { productLanes } from './epilogues/product-lanes.js';
import { defineVectorEpilogue, vectorName, vectorTable } from './epilogues/vector-function.js';
import type { KernelMemory } from './kernel-memory.js';

/** Turns sums in the memory into codes, as `OutputStage` does. */
export interface Epilogue {
  /**
   * Sums are int32, as many as there are channels in a row, the true sums; up to `SLACK_BYTES` are read past a row. Codes are in
   * the storage of the result, side by side, row after row; nothing is written past them.
   *
   * @param sums the address of the first row; rows are `sumStrideBytes` apart
   * @param output the address of the first code
   */
  readonly run: (sums: number, sumStrideBytes: number, rows: number, output: number) => void;
}

const PLANS = rulesIn(planning);

/**
 * The epilogue of a node; null where there is none, and `OutputStage` serves.
 *
 * @param largestSum no sum of the node is larger in magnitude. The smaller it is, the fewer instructions it takes.
 */
export function bindEpilogue(
  node: StagedNode,
  result: Result,
  channels: number,
  memory: KernelMemory,
  largestSum = 2 ** 31,
): Epilogue | null {
  const format = formatOf(result);
  const { clamp, outputZeroPoint: zeroPoint } = node;
  assert(fits(clamp.min, format) && fits(clamp.max, format), 'a clamp lies in the format', { clamp, format });
  const output = { zeroPoint, min: clamp.min, max: clamp.max };
  const sums = { low: BigInt(-largestSum), high: BigInt(Math.min(largestSum, 2 ** 31 - 1)) };
  const entries = Array.from({ length: channelCount(node.requantizer) }, (_, entry) => {
    const { rule, parameters } = ruleAndParameters(node.requantizer, entry);
    return PLANS[rule].finish(PLANS[rule].round(parameters, output), output)?.plan ?? null;
  });
  if (entries.includes(null)) return null;
  const lanes = lanesOf(entries as Plan[], sums);
  if (lanes === null) return null;

  const storage = storageType(format);
  const name = vectorName(lanes, storage);
  const module = emitted(name, (builder) => defineVectorEpilogue(builder, lanes, storage));
  const run = memory.workspace.functions(module)[name]!;
  const table = memory.workspace.constant(
    vectorTable(lanes, storage, (entries as Plan[])[0]!.output, channels),
  );
  return {
    run: (from, sumStrideBytes, rows, to) => {
      if (rows > 0) run(from, sumStrideBytes, rows, to, channels, table);
    },
  };
}

function lanesOf(plans: readonly Plan[], sums: Range): Lanes | null {
  if (!plans.every(({ holds }) => holds(sums.low) && holds(sums.high))) return null;
  return plans[0]!.kind === 'float'
    ? floatLanes(plans as FloatPlan[])
    : productLanes(plans as ProductPlan[], sums);
}
