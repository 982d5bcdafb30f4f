import { minOf } from '../../arith/int-format.js';
import { channelCount } from '../../arith/requantizer.js';
import type { IntLut, IntRequantize } from '../../ir/ops/elementwise.js';
import { elementCount } from '../../tensor/shape.js';
import { storageType, tensorFrom } from '../../tensor/tensor.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { lut, requantize } from '../fast/lut.js';
import { codesOf, formatOf } from '../fast/operands.js';
import type { BindKernel, BoundKernel, Operand, Result } from '../kernel.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { unrolled } from './unrolled.js';

/**
 * Functions of one code of at most 8 bits as a table of all their results, which are bytes, too. The plain kernel fills it when the
 * node is bound; an entry is found by the byte itself.
 */

/** Entries of a table. */
export const BYTES = 256;

export const isByte = (value: Operand | Result): boolean => formatOf(value).bits <= 8;

/** `lookUp(table, x, to, length)`: `to[i] = table[x[i]]`. */
function defineLookUp(module: ModuleBuilder): void {
  module.define('lookUp', { table: 'i32', x: 'i32', to: 'i32', length: 'i32' }, (f, p) => {
    unrolled(f, p.to, p.length, 1, (count) => {
      for (let i = 0; i < count; i += 1) {
        f.store('i32As8', p.to, i32.load8U(i32.add(p.table, i32.load8U(p.x, i))), i);
      }
      f.increase(p.x, count);
    });
  });
}

/** @param plain makes the code of an element from that element alone, whatever its place */
function bindTable<N>(
  plain: BindKernel<N>,
  node: N,
  [x, ...constants]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (!isByte(x!) || !isByte(result) || constants.some(({ constant }) => constant === null)) return null;
  const format = formatOf(x!);
  const codes = Array.from({ length: 2 ** format.bits }, (_, index) => minOf(format) + index);
  const all = tensorFrom(storageType(format), [codes.length], codes);
  const run = plain(node, [{ ...x!, shape: all.shape }, ...constants], { ...result, shape: all.shape });
  const results = codesOf(run([all, ...constants.map(({ constant }) => constant!)]));
  const bytes = new Uint8Array(BYTES);
  codes.forEach((code, index) => (bytes[code & 0xff] = results[index]!));

  const { lookUp } = memory.workspace.functions(emitted('byte table', defineLookUp));
  const table = memory.workspace.constant(bytes);
  const length = elementCount(result.shape);
  return memory.kernel((call, [tensor]) => {
    const made = call.result(result);
    lookUp!(table, call.operand(tensor), made.address, length);
    return made.value;
  });
}

/** null where codes are wider than a byte or channels differ. */
export function bindRequantizeTable(
  node: IntRequantize,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (channelCount(node.requantizer) > 1) return null;
  return bindTable(requantize, node, operands, result, memory);
}

/** null where codes are wider than a byte, channels differ or the table is no constant. */
export function bindLutTable(
  node: IntLut,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (operands[1]!.shape.length > 1) return null;
  return bindTable(lut, node, operands, result, memory);
}
