import type { IntAveragePool, MaxPool } from '../../ir/ops/pooling.js';
import { storageType } from '../../tensor/tensor.js';
import type { Window2d } from '../../tensor/window.js';
import type { I32, V128 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { f32, i32 } from '../../wasm/scalar.js';
import { f32x4, i16x8, i32x4, i8x16, v128 } from '../../wasm/simd.js';
import { formatOf, largestCode } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { isNarrow, type NarrowType } from './widen-function.js';
import { bindWindows, defineWindows } from './window-function.js';
import { sumSteps } from './window-sums.js';

/** How the larger codes of two vectors are found, the lowest code, and how int16 lanes become codes. */
const OF_TYPE = {
  int8: { bytes: 1, larger: i8x16.maxS, lowest: i8x16.splat(-128), narrowed: i8x16.narrowI16x8S },
  uint8: { bytes: 1, larger: i8x16.maxU, lowest: i8x16.splat(0), narrowed: i8x16.narrowI16x8U },
  int16: { bytes: 2, larger: i16x8.maxS, lowest: i16x8.splat(-(2 ** 15)) },
} as const;

/** The largest codes of windows. */
function defineLargest(module: ModuleBuilder, type: NarrowType): void {
  const { bytes, larger, lowest } = OF_TYPE[type];
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
  const module = emitted(`largest ${type}`, (builder) => defineLargest(builder, type));
  return bindPool(node, module, 'largest', type, x!, result, memory);
}

/** What an average depends on besides its codes. */
interface Averaging extends Pick<IntAveragePool, 'countIncludePad' | 'inputZeroPoint' | 'clamp'> {
  /** Of a whole window. */
  readonly positions: number;
}

/**
 * Averages of windows: sums, divided half away from zero. With a = 2 · |sum| + divisor and b = 2 · divisor the quotient of float32
 * values, rounded down, is that of a and b exactly where a + b < 2^24 (`fast/division.ts`).
 */
function defineAverages(module: ModuleBuilder, type: NarrowType, averaging: Averaging): void {
  const { countIncludePad, inputZeroPoint, positions, clamp } = averaging;
  defineWindows(module, 'averages', {
    channels: 8,
    bytes: OF_TYPE[type].bytes,
    resultBytes: OF_TYPE[type].bytes,
    steps: (f) => {
      const { begin, take, sums } = sumSteps(f, type, i32.const(0));
      const divisor = f.local('i32');
      const [divisors, doubled, sign] = [f.local('v128'), f.local('v128'), f.local('v128')];
      const end = (to: Local<'i32'>, count: I32): void => {
        f.set(divisor, countIncludePad ? positions : count);
        f.set(divisors, i32x4.splat(divisor));
        f.set(doubled, f32x4.splat(f32.convertI32S(i32.shl(divisor, 1))));
        const padding = i32x4.splat(i32.mul(i32.sub(positions, count), inputZeroPoint));
        for (const sum of sums) {
          if (countIncludePad) f.set(sum, i32x4.add(sum, padding));
          f.set(sign, i32x4.shrS(sum, 31));
          const numerator = i32x4.add(i32x4.shl(i32x4.abs(sum), 1), divisors);
          const quotient = f32x4.floor(f32x4.div(f32x4.convertI32x4S(numerator), doubled));
          f.set(sum, i32x4.sub(v128.xor(i32x4.truncSatF32x4S(quotient), sign), sign));
          f.set(sum, i32x4.minS(i32x4.maxS(sum, i32x4.splat(clamp.min)), i32x4.splat(clamp.max)));
        }
        storeEight(f, type, to, ...sums);
      };
      return { begin, take, end };
    },
  });
}

/** null where codes are wider than int16, a window meets nothing or a sum is too large for a float32 division. */
export function bindAveragePool(
  node: IntAveragePool,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const type = storageType(formatOf(x!));
  if (!isNarrow(type) || storageType(formatOf(result)) !== type) return null;
  const { countIncludePad, inputZeroPoint, clamp } = node;
  const positions = node.kernelHeight * node.kernelWidth;
  if ((2 * largestCode(x!, inputZeroPoint) + 3) * positions >= 2 ** 24) return null;
  const averaging = { countIncludePad, inputZeroPoint, positions, clamp };
  const name = `averages ${type} ${JSON.stringify(averaging)}`;
  const module = emitted(name, (builder) => defineAverages(builder, type, averaging));
  return bindPool(node, module, 'averages', type, x!, result, memory);
}

/** Stores eight codes that are two vectors of int32. */
export function storeEight(f: FunctionBuilder, type: NarrowType, to: I32, low: V128, high: V128): void {
  const codes = i16x8.narrowI32x4S(low, high);
  if (type === 'int16') f.store('v128', to, codes);
  else f.storeLane(64, to, OF_TYPE[type].narrowed(codes, codes), 0);
}

/** A function of `defineWindows` whose results are of the type of the codes. */
export function bindPool(
  window: Window2d,
  module: WebAssembly.Module,
  name: string,
  type: NarrowType,
  x: Operand,
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const { bytes } = OF_TYPE[type];
  const pool = memory.workspace.functions(module)[name]!;
  const reduce = bindWindows(window, x.shape, result.shape, { bytes, resultBytes: bytes }, pool, memory);
  if (reduce === null) return null;
  return memory.kernel((call, [images]) => {
    const from = call.operand(images);
    const made = call.result(result);
    reduce(from, 0, made.address);
    return made.value;
  });
}
