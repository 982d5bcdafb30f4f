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
import { bindRule } from '../fast/requantizers/bind-rule.js';
import type { FastRule } from '../fast/requantizers/fast-rule.js';
import { rulesIn } from '../fast/requantizers/rules.js';
import type { Result } from '../kernel.js';
import { emitted } from './emitted.js';
import { aboveZero } from './epilogues/above-zero.js';
import { float32Lanes } from './epilogues/float32-lanes.js';
import { float64Lanes } from './epilogues/float64-lanes.js';
import { CHUNK, type CodeStorage } from './epilogues/narrowing.js';
import { scalars } from './epilogues/scalar-arithmetic.js';
import { defineScalarEpilogue, scalarName, scalarTable } from './epilogues/scalar-function.js';
import type { Lanes } from './epilogues/lanes.js';
import type { Plan, ProductValue, Range } from './epilogues/plan.js';
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
 * @param sums the magnitude that no sum exceeds, or what sums each channel may have. The fewer, the fewer instructions it takes.
 */
export function bindEpilogue(
  node: StagedNode,
  result: Result,
  channels: number,
  memory: KernelMemory,
  sums: number | readonly Range[] = 2 ** 31,
): Epilogue {
  const format = formatOf(result);
  const { clamp, outputZeroPoint: zeroPoint } = node;
  assert(fits(clamp.min, format) && fits(clamp.max, format), 'a clamp lies in the format', { clamp, format });
  const output = { zeroPoint, min: clamp.min, max: clamp.max };
  const ranges = rangesOf(sums, channelCount(node.requantizer));
  const storage = storageType(format);
  const { kind, name, define, table } = emittedEpilogue(node, output, storage, channels, ranges);
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

/** What sums the channels of each entry of a requantizer may have. */
function rangesOf(sums: number | readonly Range[], entries: number): readonly Range[] {
  if (typeof sums === 'number') {
    const all = { low: -sums, high: Math.min(sums, 2 ** 31 - 1) };
    return Array.from({ length: entries }, () => all);
  }
  if (entries > 1) return sums;
  return [{ low: Math.min(...sums.map(({ low }) => low)), high: Math.max(...sums.map(({ high }) => high)) }];
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
  ranges: readonly Range[],
): EmittedEpilogue {
  const inEachEntry = <V>(rules: Readonly<Record<RuleName, FastRule<V>>>): V[] =>
    Array.from({ length: channelCount(requantizer) }, (_, entry) => {
      const { rule, parameters } = ruleAndParameters(requantizer, entry);
      return rules[rule].finish(rules[rule].round(parameters, output), output);
    });
  const plans = inEachEntry(PLANS).map((draft) => {
    const plan = planOf(draft);
    return plan === null ? null : aboveZero(plan);
  });
  const codeOf = (entry: number, sum: number): number => {
    const { rule, parameters } = ruleAndParameters(requantizer, entry);
    return bindRule(rule, parameters, output)(sum);
  };
  const lanes = lanesOf(withoutIdleChannels(plans, ranges, codeOf), ranges);
  if (lanes !== null) {
    const bounds = plans[0]!.output;
    return {
      kind: 'vector',
      name: vectorName(lanes, storage, bounds),
      define: (module) => defineVectorEpilogue(module, lanes, storage, bounds),
      table: vectorTable(lanes, storage, bounds, channels),
    };
  }
  const entries = inEachEntry(SCALARS);
  return {
    kind: 'scalar',
    name: scalarName(entries, storage),
    define: (module) => defineScalarEpilogue(module, entries, storage),
    table: scalarTable(entries),
  };
}

/**
 * Channels with one sum alone, as those without weights, may have factors that no other has. What they do is said as the others do
 * theirs: nothing times the sum, and the code as the zero point.
 */
function withoutIdleChannels(
  plans: readonly (Plan | null)[],
  ranges: readonly Range[],
  codeOf: (entry: number, sum: number) => number,
): (Plan | null)[] {
  const busy = plans.find((plan, entry) => plan?.value.kind === 'product' && !isIdle(ranges[entry]!));
  if (!busy) return [...plans];
  return plans.map((plan, entry) => {
    if (!isIdle(ranges[entry]!)) return plan;
    const { min, max } = busy.output;
    const code = codeOf(entry, ranges[entry]!.low);
    if (code < min || code > max) return plan;
    const value = { ...(busy.value as ProductValue), multiplier: 0, offset: 0n };
    return { value, holds: () => true, output: { zeroPoint: code, min, max } };
  });
}

const isIdle = ({ low, high }: Range): boolean => low === high;

const holdsIn = (plan: Plan, { low, high }: Range): boolean => plan.holds(low) && plan.holds(high);

/** The vectors that serve all channels for sums of these ranges; null where there are none. */
function lanesOf(plans: readonly (Plan | null)[], ranges: readonly Range[]): Lanes | null {
  if (!plans.every((plan) => plan !== null)) return null;
  const [{ output, value }] = plans as readonly [Plan];
  const isShared = (other: OutputGrid): boolean => other.min === output.min && other.max === output.max;
  if (!plans.every((plan, entry) => holdsIn(plan, ranges[entry]!) && isShared(plan.output))) return null;
  const ofKind = <V>(): readonly Plan<V>[] => plans as unknown as readonly Plan<V>[];
  switch (value.kind) {
    case 'float32':
      return float32Lanes(ofKind());
    case 'float64':
      return float64Lanes(ofKind());
    case 'product':
      return productLanes(ofKind(), ranges);
    default:
      return assertNever(value);
  }
}
