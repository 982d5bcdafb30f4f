import { minOf } from '../../arith/int-format.js';
import type { IntLut } from '../../ir/ops/elementwise.js';
import { elementCount } from '../../tensor/shape.js';
import { elementBytes, storageType } from '../../tensor/tensor.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { codesOf, formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { bindLutTable } from './byte-table.js';
import { isShort, LOADS, type CodeType } from './codes.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';

/** How an entry is read and stored, by its bytes. */
const ENTRIES = {
  1: { load: i32.load8U, store: 'i32As8' },
  2: { load: i32.load16U, store: 'i32As16' },
  4: { load: i32.load, store: 'i32' },
} as const;
type EntryBytes = keyof typeof ENTRIES;

/**
 * `lookUp(zero, stride, x, rows, channels, to)`: of every code the entry of its channel's table. The entry for code 0 of the first
 * channel lies at `zero`, those of the next `stride` bytes apart.
 */
function defineLookUp(module: ModuleBuilder, type: CodeType, bytes: EntryBytes): void {
  const parameters = {
    zero: 'i32',
    stride: 'i32',
    x: 'i32',
    rows: 'i32',
    channels: 'i32',
    to: 'i32',
  } as const;
  const { load, store } = ENTRIES[bytes];
  module.define('lookUp', parameters, (f, p) => {
    const table = f.local('i32');
    const end = f.local('i32');
    f.while(p.rows, () => {
      f.set(table, p.zero);
      f.set(end, i32.add(p.to, i32.mul(p.channels, bytes)));
      f.upTo(p.to, end, bytes, () => {
        f.store(store, p.to, load(i32.add(table, i32.mul(LOADS[type](p.x), bytes))));
        f.increase(p.x, elementBytes(type));
        f.increase(table, p.stride);
      });
      f.increase(p.rows, -1);
    });
  });
}

/** A table of bytes where that is enough; null where codes of x are wider than 16 bits or the table is no constant. */
export function bindLut(
  node: IntLut,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const ofBytes = bindLutTable(node, operands, result, memory);
  const [x, table] = operands as readonly [Operand, Operand];
  if (ofBytes !== null || !isShort(x) || table.constant === null) return ofBytes;
  const entryType = storageType(formatOf(result));
  if (table.constant.type !== entryType) return null;
  const type = storageType(formatOf(x)) as CodeType;
  const bytes = elementBytes(entryType) as EntryBytes;
  const module = emitted(`look up ${type} ${bytes}`, (builder) => defineLookUp(builder, type, bytes));
  const { lookUp } = memory.workspace.functions(module);
  const entries = memory.workspace.constant(codesOf(table.constant));
  const zero = entries - bytes * minOf(formatOf(x));
  const ofChannels = table.shape.length === 2;
  const channels = ofChannels ? table.shape[0]! : elementCount(x.shape);
  const stride = ofChannels ? bytes * table.shape[1]! : 0;
  const rows = elementCount(x.shape) / channels;
  return memory.kernel((call, [tensor]) => {
    const made = call.result(result);
    lookUp!(zero, stride, call.operand(tensor), rows, channels, made.address);
    return made.value;
  });
}
