import type { Shape } from '../../tensor/shape.js';
import { storageType } from '../../tensor/tensor.js';
import type { Window2d } from '../../tensor/window.js';
import type { I32 } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32x4 } from '../../wasm/simd.js';
import { formatOf, largestCode } from '../fast/operands.js';
import type { Operand } from '../kernel.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { isNarrow, READ, type NarrowType } from './widen-function.js';
import { bindWindows, defineWindows, type ReduceWindows, type WindowSteps } from './window-function.js';

const SUM_BYTES = 4;

/** Steps that add the codes of a window to `initial`, and the eight int32 sums. */
export function sumSteps(
  f: FunctionBuilder,
  type: NarrowType,
  initial: I32,
): Pick<WindowSteps, 'begin' | 'take'> & { readonly sums: readonly [Local<'v128'>, Local<'v128'>] } {
  const [low, high, codes] = [f.local('v128'), f.local('v128'), f.local('v128')];
  return {
    begin: () => {
      f.set(low, i32x4.splat(initial));
      f.set(high, low);
    },
    take: (address) => {
      f.set(codes, READ[type].eight(address));
      f.set(low, i32x4.add(low, i32x4.extendLowI16x8S(codes)));
      f.set(high, i32x4.add(high, i32x4.extendHighI16x8S(codes)));
    },
    sums: [low, high],
  };
}

function defineSums(module: ModuleBuilder, type: NarrowType): void {
  defineWindows(module, 'sums', {
    channels: 8,
    bytes: READ[type].bytes,
    resultBytes: SUM_BYTES,
    steps: (f, initial) => {
      const { begin, take, sums } = sumSteps(f, type, initial);
      const end = (to: I32): void =>
        sums.forEach((sum, half) => f.store('v128', to, sum, 4 * SUM_BYTES * half));
      return { begin, take, end };
    },
  });
}

/**
 * Sums of raw codes; null where a window meets nothing, codes are wider than int16 or sums may leave int32.
 *
 * @param zeroPoint what is added or taken away as often as a window has positions
 */
export function bindWindowSums(
  window: Window2d,
  x: Operand,
  output: Shape,
  zeroPoint: number,
  memory: KernelMemory,
): ReduceWindows | null {
  const type = storageType(formatOf(x));
  const positions = window.kernelHeight * window.kernelWidth;
  if (!isNarrow(type) || positions * largestCode(x, zeroPoint) >= 2 ** 30) return null;
  const module = emitted(`window sums ${type}`, (builder) => defineSums(builder, type));
  const { sums } = memory.workspace.functions(module);
  return bindWindows(
    window,
    x.shape,
    output,
    { bytes: READ[type].bytes, resultBytes: SUM_BYTES },
    sums!,
    memory,
  );
}
