import type { IntAveragePool, MaxPool } from '../../ir/ops/pooling.js';
import { storageType } from '../../tensor/tensor.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i16x8, i8x16, v128 } from '../../wasm/simd.js';
import { divideHalfAway } from '../fast/division.js';
import { formatOf } from '../fast/operands.js';
import { clamp } from '../fast/saturate.js';
import { windowWalk } from '../fast/windows.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { isNarrow, type NarrowType } from './widen-function.js';
import { bindWindows, defineWindows } from './window-function.js';
import { bindWindowSums } from './window-sums.js';

/** How the larger codes of two vectors are found, and the lowest code. */
const LARGER = {
  int8: { bytes: 1, larger: i8x16.maxS, lowest: i8x16.splat(-128) },
  uint8: { bytes: 1, larger: i8x16.maxU, lowest: i8x16.splat(0) },
  int16: { bytes: 2, larger: i16x8.maxS, lowest: i16x8.splat(-(2 ** 15)) },
} as const;

/** The largest codes of windows. */
function defineLargest(module: ModuleBuilder, type: NarrowType): void {
  const { bytes, larger, lowest } = LARGER[type];
  defineWindows(module, 'largest', {
    channels: 16 / bytes,
    bytes,
    resultBytes: bytes,
    steps: (f) => {
      const largest = f.local('v128');
      return {
        begin: () => f.set(largest, lowest),
        take: (address) => f.set(largest, larger(largest, v128.load(address))),
        end: (to) => f.store('v128', to, largest),
      };
    },
  });
}

/** null where codes are wider than int16 or a window meets nothing. */
export function bindMaxPool(
  node: MaxPool,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const type = storageType(formatOf(x!));
  if (!isNarrow(type) || storageType(formatOf(result)) !== type) return null;
  const { bytes } = LARGER[type];
  const module = emitted(`largest ${type}`, (builder) => defineLargest(builder, type));
  const { largest } = memory.workspace.functions(module);
  const each = { bytes, resultBytes: bytes };
  const reduce = bindWindows(node, x!.shape, result.shape, each, largest!, memory);
  if (reduce === null) return null;
  return memory.kernel((call, [images]) => {
    const from = call.operand(images);
    const made = call.result(result);
    reduce(from, 0, made.address);
    return made.value;
  });
}

/** The sums of windows in emitted code, their quotients outside; null where `bindWindowSums` is. */
export function bindAveragePool(
  node: IntAveragePool,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const reduce = bindWindowSums(node, x!, result.shape, node.inputZeroPoint, memory);
  if (reduce === null) return null;
  const counts: number[] = [];
  windowWalk(node, x!.shape, result.shape)((_pixels, count) => counts.push(count));
  const channels = x!.shape[3]!;
  const positions = node.kernelHeight * node.kernelWidth;
  const { min, max } = node.clamp;
  return memory.kernel((call, [images]) => {
    const from = call.operand(images);
    const made = call.result(result);
    const { data } = made.value;
    const sumsAddress = call.scratch(4 * data.length);
    reduce(from, 0, sumsAddress);
    const sums = new Int32Array(memory.workspace.memory.buffer, sumsAddress, data.length);
    counts.forEach((count, pixel) => {
      const divisor = node.countIncludePad ? positions : count;
      const padding = (divisor - count) * node.inputZeroPoint;
      for (let i = pixel * channels; i < (pixel + 1) * channels; i += 1) {
        data[i] = clamp(divideHalfAway(sums[i]! + padding, divisor), min, max);
      }
    });
    return made.value;
  });
}
