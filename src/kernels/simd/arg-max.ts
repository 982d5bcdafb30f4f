import type { ArgMax } from '../../ir/ops/arg-max.js';
import { elementCount } from '../../tensor/shape.js';
import { storageType } from '../../tensor/tensor.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { isNarrow, READ, type NarrowType } from './widen-function.js';

/** `argMax(x, to, rows, length)`: of each row of so many codes, the place of the largest, the first of equal ones, as int32. */
function defineArgMax(module: ModuleBuilder, type: NarrowType): void {
  const { bytes, one } = READ[type];
  module.define('argMax', { x: 'i32', to: 'i32', rows: 'i32', length: 'i32' }, (f, p) => {
    const place = f.local('i32');
    const best = f.local('i32');
    const largest = f.local('i32');
    const code = f.local('i32');
    f.while(p.rows, () => {
      f.set(largest, one(p.x));
      f.set(best, 0);
      f.set(place, 0);
      f.upTo(place, p.length, 1, () => {
        f.set(code, one(p.x));
        f.set(best, i32.select(place, best, i32.gtS(code, largest)));
        f.set(largest, i32.select(code, largest, i32.gtS(code, largest)));
        f.increase(p.x, bytes);
      });
      f.store('i32', p.to, best);
      f.increase(p.to, 4);
      f.increase(p.rows, -1);
    });
  });
}

/** null for other axes than the last, and of codes wider than int16. */
export function bindArgMax(
  { axis }: ArgMax,
  [x]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (x!.type.kind !== 'int' || result.type.kind !== 'int') return null;
  const type = storageType(formatOf(x!));
  if (axis !== x!.shape.length - 1 || !isNarrow(type) || storageType(formatOf(result)) !== 'int32')
    return null;
  const module = emitted(`arg max ${type}`, (builder) => defineArgMax(builder, type));
  const { argMax } = memory.workspace.functions(module);
  const rows = elementCount(result.shape);
  return memory.kernel((call, [values]) => {
    const made = call.result(result);
    argMax!(call.operand(values), made.address, rows, x!.shape.at(-1)!);
    return made.value;
  });
}
