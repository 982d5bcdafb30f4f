import { fits } from '../../arith/int-format.js';
import { channelCount } from '../../arith/requantizer.js';
import type { RuleName } from '../../arith/requantizers/names.js';
import type { OutputGrid } from '../../arith/requantizers/rule.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { assert, assertNever } from '../../core/errors.js';
import { elementBytes, storageType } from '../../tensor/tensor.js';
import { formatOf } from '../fast/operands.js';
import type { StagedNode } from '../fast/output-stage.js';
import { ruleAndParameters } from '../fast/requantize.js';
import type { FastRule } from '../fast/requantizers/fast-rule.js';
import { rulesIn } from '../fast/requantizers/rules.js';
import type { Result } from '../kernel.js';
import { emitted } from './emitted.js';
import { float32Lanes } from './epilogues/float32-lanes.js';
import { float64Lanes } from './epilogues/float64-lanes.js';
import { CHUNK, type CodeStorage } from './epilogues/narrowing.js';
import { scalars } from './epilogues/scalar-arithmetic.js';
import { defineScalarEpilogue, scalarName, scalarTable } from './epilogues/scalar-function.js';
import type { Lanes } from './epilogues/lanes.js';
import type { Plan, Range } from './epilogues/plan.js';
import { planning, planOf } from './epilogues/planning.js';
import { productLanes } from './epilogues/product-lanes.js';
import { defineVectorEpilogue, vectorName, vectorTable } from './epilogues/vector-function.js';
import type { KernelMemory } from './kernel-memory.js';

/** Turns sums in the memory into codes, as `OutputStage` does. */
export interface Epilogue {
  /** Whether it takes sums four at a time, or one after another. */
  readonly kind: 'vector' | 'scalar';
  /**
   * Sums are int32, as many as there are channels in a row, the true sums; up to `SLACK_BYTES` are read past a row. Codes are in
   * the storage of the result, side by side, row after row; nothing is written past them.
   *
   * @param sums the address of the first row; rows are `sumStrideBytes` apart
   * @param output the address of the first code
   */
  readonly run: (sums: number, sumStrideBytes: number, rows: number, output: number) => void;
}

const SUM_BYTES = 4;

const PLANS = rulesIn(planning);
const SCALARS = rulesIn(scalars);

/**
 * The epilogue of a node: of vectors where there are some for its rule and parameters, else one code after another.
 *
 * @param largestSum no sum of the node is larger in magnitude. The smaller it is, the fewer instructions it takes.
 */
export function bindEpilogue(
  node: StagedNode,
  result: Result,
  channels: number,
  memory: KernelMemory,
  largestSum = 2 ** 31,
): Epilogue {
  const format = formatOf(result);
  const { clamp, outputZeroPoint: zeroPoint } = node;
  assert(fits(clamp.min, format) && fits(clamp.max, format), 'a clamp lies in the format', { clamp, format });
  const output = { zeroPoint, min: clamp.min, max: clamp.max };
  const sums = { low: -largestSum, high: Math.min(largestSum, 2 ** 31 - 1) };
  const storage = storageType(format);
  const { kind, name, define, table } = emittedEpilogue(node, output, storage, channels, sums);
  const run = memory.workspace.functions(emitted(name, define))[name]!;
  const address = memory.workspace.constant(table);
  const runRows: Epilogue['run'] = (from, sumStrideBytes, rows, to) => {
    if (rows > 0) run(from, sumStrideBytes, rows, to, channels, address);
  };
  if (channelCount(node.requantizer) > 1) return { kind, run: runRows };
  // Where all channels are alike, rows without gaps are one row, which is taken as rows of whole chunks and a rest.
  const codeBytes = elementBytes(storage);
  return {
    kind,
    run: (from, sumStrideBytes, rows, to) => {
      if (sumStrideBytes !== SUM_BYTES * channels) return runRows(from, sumStrideBytes, rows, to);
      const chunks = Math.floor((rows * channels) / CHUNK);
      const rest = rows * channels - chunks * CHUNK;
      if (chunks > 0) run(from, SUM_BYTES * CHUNK, chunks, to, CHUNK, address);
      const done = chunks * CHUNK;
      if (rest > 0) run(from + SUM_BYTES * done, SUM_BYTES * rest, 1, to + codeBytes * done, rest, address);
    },
  };
}

interface EmittedEpilogue extends Pick<Epilogue, 'kind'> {
  readonly name: string;
  readonly define: (module: ModuleBuilder) => void;
  readonly table: Uint8Array;
}

function emittedEpilogue(
  { requantizer }: StagedNode,
  output: OutputGrid,
  storage: CodeStorage,
  channels: number,
  sums: Range,
): EmittedEpilogue {
  const inEachEntry = <V>(rules: Readonly<Record<RuleName, FastRule<V>>>): V[] =>
    Array.from({ length: channelCount(requantizer) }, (_, entry) => {
      const { rule, parameters } = ruleAndParameters(requantizer, entry);
      return rules[rule].finish(rules[rule].round(parameters, output), output);
    });
  const plans = inEachEntry(PLANS).map(planOf);
  const lanes = lanesOf(plans, sums);
  if (lanes !== null)
    return {
      kind: 'vector',
      name: vectorName(lanes, storage),
      define: (module) => defineVectorEpilogue(module, lanes, storage),
      table: vectorTable(lanes, storage, plans[0]!.output, channels),
    };
  const entries = inEachEntry(SCALARS);
  return {
    kind: 'scalar',
    name: scalarName(entries, storage),
    define: (module) => defineScalarEpilogue(module, entries, storage),
    table: scalarTable(entries),
  };
}

/** The vectors that serve all channels for sums of a range; null where there are none. */
function lanesOf(plans: readonly (Plan | null)[], sums: Range): Lanes | null {
  if (!plans.every((plan) => plan !== null)) return null;
  const [{ output, value }] = plans as readonly [Plan];
  const isShared = (other: OutputGrid): boolean => other.min === output.min && other.max === output.max;
  if (!plans.every((plan) => plan.holds(sums.low) && plan.holds(sums.high) && isShared(plan.output)))
    return null;
  const ofKind = <V>(): readonly Plan<V>[] => plans as unknown as readonly Plan<V>[];
  switch (value.kind) {
    case 'float32':
      return float32Lanes(ofKind());
    case 'float64':
      return float64Lanes(ofKind());
    case 'product':
      return productLanes(ofKind(), sums);
    default:
      return assertNever(value);
  }
}
