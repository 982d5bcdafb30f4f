import { meanRule } from '../../arith/operators/mean.js';
import type { IntMean } from '../../ir/ops/pooling.js';
import type { StackMean } from '../../ir/ops/stack.js';
import { elementCount } from '../../tensor/shape.js';
import { POINT_WINDOW, type Window2d } from '../../tensor/window.js';
import { formatOf, largestDifference } from '../fast/operands.js';
import { clamp } from '../fast/saturate.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import type { KernelMemory } from './kernel-memory.js';
import { bindStage } from './stage.js';
import type { ReduceWindows } from './window-function.js';
import { bindWindowSums } from './window-sums.js';

/** Means over whole images, as windows of their size; null for other axes, and where `bindWindowSums` is. */
function bindImageSums(
  { axes }: IntMean | StackMean,
  x: Operand,
  zeroPoint: number,
  memory: KernelMemory,
): ReduceWindows | null {
  if (x.shape.length !== 4 || axes.length !== 2 || !axes.includes(1) || !axes.includes(2)) return null;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const window: Window2d = { ...POINT_WINDOW, kernelHeight: height, kernelWidth: width };
  return bindWindowSums(window, x, [batch, 1, 1, channels], zeroPoint, memory);
}

/** `requantize(Σ (x − inputZeroPoint))`. */
export function bindMean(
  node: IntMean,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const reduce = bindImageSums(node, x!, node.inputZeroPoint, memory);
  if (reduce === null) return null;
  const [batch, height, width, channels] = x!.shape as [number, number, number, number];
  const most = height * width * largestDifference(formatOf(x!), node.inputZeroPoint);
  const stage = bindStage(node, result, channels, memory, most);
  return memory.kernel((call, [images]) => {
    const from = call.operand(images);
    const made = call.result(result);
    const sums = call.scratch(4 * batch * channels);
    reduce(from, 0 - height * width * node.inputZeroPoint, sums);
    stage.run(sums, 4 * channels, batch, made, 0);
    return made.value;
  });
}

/** Sums in emitted code; what the stack makes of each, by its rule. */
export function bindStackMean(
  node: StackMean,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const reduce = bindImageSums(node, x!, 0, memory);
  if (reduce === null) return null;
  const length = elementCount(result.shape);
  const codeOf = meanRule(node.rule, elementCount(x!.shape) / length, node.inputGrid, node.outputGrid);
  const { min, max } = node.clamp;
  return memory.kernel((call, [images]) => {
    const from = call.operand(images);
    const made = call.result(result);
    const address = call.scratch(4 * length);
    reduce(from, 0, address);
    const sums = new Int32Array(memory.workspace.memory.buffer, address, length);
    sums.forEach((sum, i) => (made.value.data[i] = clamp(codeOf(sum), min, max)));
    return made.value;
  });
}
