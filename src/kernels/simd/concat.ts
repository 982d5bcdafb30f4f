import type { Concat } from '../../ir/ops/movement.js';
import { elementCount } from '../../tensor/shape.js';
import { elementBytes, storageType } from '../../tensor/tensor.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { v128 } from '../../wasm/simd.js';
import { formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';

/** `copy(from, to, toStride, lines, bytes)`: lines of so many bytes that lie side by side, to where they are `toStride` bytes apart. */
function defineCopy(module: ModuleBuilder): void {
  const parameters = { from: 'i32', to: 'i32', toStride: 'i32', lines: 'i32', bytes: 'i32' } as const;
  module.define('copy', parameters, (f, p) => {
    const target = f.local('i32');
    const end = f.local('i32');
    const wideEnd = f.local('i32');
    f.while(p.lines, () => {
      f.set(target, p.to);
      f.set(end, i32.add(target, p.bytes));
      f.set(wideEnd, i32.sub(end, 15));
      f.upTo(target, wideEnd, 16, () => {
        f.store('v128', target, v128.load(p.from));
        f.increase(p.from, 16);
      });
      f.upTo(target, end, 1, () => {
        f.store('i32As8', target, i32.load8U(p.from));
        f.increase(p.from, 1);
      });
      f.increase(p.to, p.toStride);
      f.increase(p.lines, -1);
    });
  });
}

/** null of other elements than integers. */
export function bindConcat(
  node: Concat,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (result.type.kind !== 'int') return null;
  const bytes = elementBytes(storageType(formatOf(result)));
  const lines = elementCount(result.shape.slice(0, node.axis));
  const lineBytes = operands.map(({ shape }) => elementCount(shape.slice(node.axis)) * bytes);
  const stride = elementCount(result.shape.slice(node.axis)) * bytes;
  const { copy } = memory.workspace.functions(emitted('copy', defineCopy));
  return memory.kernel((call, tensors) => {
    const made = call.result(result);
    let to = made.address;
    tensors.forEach((part, which) => {
      copy!(call.operand(part), to, stride, lines, lineBytes[which]!);
      to += lineBytes[which]!;
    });
    return made.value;
  });
}
