import { INT32 } from '../../arith/int-format.js';
import { accumulatorOf } from '../../arith/requantize.js';
import type { Accelerator } from '../../hw/accelerator.js';
import { isArrayNode, type ArrayNode } from '../../ir/array-node.js';
import type { IntGraph } from '../../ir/graph.js';
import type { IntNode } from '../../ir/operators.js';
import { fastKernels } from '../../kernels/fast/index.js';
import type { BindKernel, Result } from '../../kernels/kernel.js';
import type { Tensor } from '../../tensor/tensor.js';
import { operandText } from '../instruction-text.js';
import type { LayerPlan } from '../layer-plan.js';
import { runLayerOnRegisters } from './register-layer.js';
import type { ResidentOperands } from './initial-contents.js';

/** Events that are printed before the first difference. */
const EVENTS_BEFORE = 10;

/** What was compared of a layer, and the first thing that differs: null where nothing does. */
export interface LockstepResult {
  /** By formula. */
  readonly cycles: number;
  readonly instructions: number;
  /** Sums compared: of array layers whose accumulators are int32. */
  readonly sums: number;
  readonly outputs: number;
  /** What the fast kernels make of the layer. */
  readonly codes: Tensor;
  readonly difference: string | null;
}

/**
 * Runs a layer on both engines, which share the program and nothing else: the fast one has formulas for times and kernels for
 * values, the other moves every register. Compares the start and end of every instruction, the complete sum of every output, and
 * every code.
 *
 * @param operands the values of the node's inputs, in inside layout
 */
export function lockstepLayer(
  node: IntNode,
  graph: IntGraph,
  operands: readonly Tensor[],
  plan: LayerPlan,
  accelerator: Accelerator,
  resident: ResidentOperands = new Map(),
): LockstepResult {
  const registers = runLayerOnRegisters(node, graph, operands, plan, accelerator, resident);
  const { shape, type } = graph.values.get(node.output)!;
  const codes = computed(node, graph, operands, { shape, type });
  const sums = isArrayNode(node) ? sumsOf(node, graph, operands) : null;
  return {
    cycles: plan.timeline.makespan,
    instructions: plan.program.length,
    sums: sums?.data.length ?? 0,
    outputs: codes.data.length,
    codes,
    difference:
      timeDifference(plan, registers.starts, registers.ends) ??
      (sums === null ? null : valueDifference('sum', sums.data, registers.sums!)) ??
      valueDifference('output', codes.data, registers.result.data),
  };
}

function computed(node: IntNode, graph: IntGraph, operands: readonly Tensor[], result: Result): Tensor {
  const kernel = fastKernels[node.op] as unknown as BindKernel<IntNode>;
  const bound = kernel(
    node,
    node.inputs.map((id) => {
      const { shape, type } = graph.values.get(id)!;
      return { shape, type, constant: graph.constants.get(id) ?? null };
    }),
    result,
  );
  return bound(operands);
}

/** The sums of an array layer, biases included, as the fast kernels form them: its codes under a requantizer that does nothing. */
function sumsOf(node: ArrayNode<IntNode>, graph: IntGraph, operands: readonly Tensor[]): Tensor | null {
  if (accumulatorOf(node.requantizer).bits !== INT32.bits) return null;
  const { shape } = graph.values.get(node.output)!;
  const bare = {
    ...node,
    requantizer: { kind: 'shift', rounding: 'floor', shifts: [0] },
    outputZeroPoint: 0,
    clamp: { min: -(2 ** 31), max: 2 ** 31 - 1 },
  } as const;
  return computed(bare, graph, operands, { shape, type: { kind: 'int', format: INT32, quantization: null } });
}

function valueDifference(what: string, fast: ArrayLike<number>, registers: ArrayLike<number>): string | null {
  for (let i = 0; i < fast.length; i += 1) {
    if (fast[i] !== registers[i]) return `${what} ${i}: ${fast[i]} by kernels, ${registers[i]} on registers`;
  }
  return null;
}

/** Something that happened to an instruction. */
interface Event {
  readonly cycle: number;
  readonly index: number;
  readonly what: 'start' | 'end';
}

/** The first event, in the order of time, that the engines do not share, with the events before it. */
function timeDifference(
  { program, timeline }: LayerPlan,
  starts: readonly number[],
  ends: readonly number[],
): string | null {
  const [fast, registers] = [eventsOf(timeline.starts, timeline.ends), eventsOf(starts, ends)];
  const at = fast.findIndex((event, i) => !isSame(event, registers[i]!));
  if (at < 0) return null;
  const text = ({ cycle, index, what }: Event): string => {
    const instruction = program[index]!;
    return `cycle ${cycle}: ${what} of ${index} ${instruction.kind} (${operandText(instruction)})`;
  };
  return [
    ...fast.slice(Math.max(0, at - EVENTS_BEFORE), at).map((event) => `  ${text(event)}`),
    `by formula   ${text(fast[at]!)}`,
    `on registers ${text(registers[at]!)}`,
  ].join('\n');
}

/** In the order of time; at the same cycle ends before starts, and both in the order of the program. */
function eventsOf(starts: readonly number[], ends: readonly number[]): Event[] {
  const events = [
    ...ends.map((cycle, index): Event => ({ cycle, index, what: 'end' })),
    ...starts.map((cycle, index): Event => ({ cycle, index, what: 'start' })),
  ];
  return events.toSorted((a, b) => a.cycle - b.cycle);
}

function isSame(a: Event, b: Event): boolean {
  return a.cycle === b.cycle && a.index === b.index && a.what === b.what;
}
