import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import type { I32 } from '../../wasm/expression.js';
import { i32 } from '../../wasm/scalar.js';
import { emitted } from './emitted.js';

/** Functions of codes of one byte by tables of all results, which are bytes, too. An entry is found by the bytes themselves. */

/** Entries of a table of one code. */
export const BYTES = 256;

/** Results that one turn of a loop writes. */
const UNROLLED = 4;

/**
 * - `unary(table, x, to, length)`: `to[i] = table[x[i]]`
 * - `binary(table, a, aStep, b, bStep, to, length)`: `to[i] = table[a[i · aStep]][b[i · bStep]]`
 */
export function byteTablesModule(): WebAssembly.Module {
  return emitted('byte tables', defineByteTables);
}

function defineByteTables(module: ModuleBuilder): void {
  module.define('unary', { table: 'i32', x: 'i32', to: 'i32', length: 'i32' }, (f, p) => {
    unrolled(f, p, (count) => {
      for (let i = 0; i < count; i += 1) {
        f.store('i32As8', p.to, i32.load8U(i32.add(p.table, i32.load8U(p.x, i))), i);
      }
      f.increase(p.x, count);
    });
  });
  const binary = {
    table: 'i32',
    a: 'i32',
    aStep: 'i32',
    b: 'i32',
    bStep: 'i32',
    to: 'i32',
    length: 'i32',
  } as const;
  module.define('binary', binary, (f, p) => {
    const entry = (a: I32, b: I32): I32 => i32.load8U(i32.add(p.table, i32.or(i32.shl(a, 8), b)));
    f.if(
      i32.and(p.aStep, p.bStep),
      () =>
        unrolled(f, p, (count) => {
          for (let i = 0; i < count; i += 1) {
            f.store('i32As8', p.to, entry(i32.load8U(p.a, i), i32.load8U(p.b, i)), i);
          }
          f.increase(p.a, count);
          f.increase(p.b, count);
        }),
      () =>
        unrolled(f, p, (count) => {
          for (let i = 0; i < count; i += 1) {
            f.store('i32As8', p.to, entry(i32.load8U(p.a), i32.load8U(p.b)), i);
            f.increase(p.a, p.aStep);
            f.increase(p.b, p.bStep);
          }
        }),
    );
  });
}

/** Writes `length` bytes, some at a time and the rest one by one; `write` moves everything but `to`. */
function unrolled(
  f: FunctionBuilder,
  { to, length }: { readonly to: Local<'i32'>; readonly length: Local<'i32'> },
  write: (count: number) => void,
): void {
  const end = f.let('i32', i32.add(to, length));
  const unrolledEnd = f.let('i32', i32.sub(end, UNROLLED - 1));
  f.upTo(to, unrolledEnd, UNROLLED, () => write(UNROLLED));
  f.upTo(to, end, 1, () => write(1));
}
