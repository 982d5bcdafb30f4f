import type { I32 } from '../../wasm/expression.js';
import type { FunctionBuilder } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32, i64 } from '../../wasm/scalar.js';
import { v128 } from '../../wasm/simd.js';
import { unrolled } from './unrolled.js';

const VECTOR_BYTES = 16;

/** Copies bytes of a power of two at an offset of both addresses. */
type CopyPiece = (f: FunctionBuilder, to: I32, from: I32, offset: number, toOffset: number) => void;

const PIECES: readonly (readonly [bytes: number, copy: CopyPiece])[] = [
  [VECTOR_BYTES, (f, to, from, offset, toOffset) => f.store('v128', to, v128.load(from, offset), toOffset)],
  [8, (f, to, from, offset, toOffset) => f.store('i64', to, i64.load(from, offset), toOffset)],
  [4, (f, to, from, offset, toOffset) => f.store('i32', to, i32.load(from, offset), toOffset)],
  [2, (f, to, from, offset, toOffset) => f.store('i32As16', to, i32.load16U(from, offset), toOffset)],
  [1, (f, to, from, offset, toOffset) => f.store('i32As8', to, i32.load8U(from, offset), toOffset)],
];

/** Copies so many bytes, and no more. */
function copyBytes(f: FunctionBuilder, to: I32, from: I32, bytes: number, toOffset = 0): void {
  let done = 0;
  for (const [size, copy] of PIECES) {
    for (; bytes - done >= size; done += size) copy(f, to, from, done, toOffset + done);
  }
}

/** `gather(table, from, to, runs)`: runs of `bytes` bytes from where the table says, in bytes (int32), side by side. */
export function defineGather(module: ModuleBuilder, bytes: number): void {
  module.define('gather', { table: 'i32', from: 'i32', to: 'i32', runs: 'i32' }, (f, p) => {
    const source = f.local('i32');
    unrolled(f, p.to, p.runs, bytes, (count) => {
      for (let i = 0; i < count; i += 1) {
        f.set(source, i32.add(p.from, i32.load(p.table, 4 * i)));
        copyBytes(f, p.to, source, bytes, bytes * i);
      }
      f.increase(p.table, 4 * count);
    });
  });
}

/**
 * `move(table, end, from, to, whole)`: runs of `whole` bytes, a multiple of 16, and `rest` more. Entries of the table are two offsets in
 * bytes (int32), where a run comes from and where it goes.
 */
export function defineMove(module: ModuleBuilder, rest: number): void {
  const parameters = { table: 'i32', end: 'i32', from: 'i32', to: 'i32', whole: 'i32' } as const;
  module.define('move', parameters, (f, p) => {
    const [source, target, wholeEnd] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.while(i32.ne(p.table, p.end), () => {
      f.set(source, i32.add(p.from, i32.load(p.table)));
      f.set(target, i32.add(p.to, i32.load(p.table, 4)));
      f.set(wholeEnd, i32.add(target, p.whole));
      f.upTo(target, wholeEnd, VECTOR_BYTES, () => {
        copyBytes(f, target, source, VECTOR_BYTES);
        f.increase(source, VECTOR_BYTES);
      });
      copyBytes(f, target, source, rest);
      f.increase(p.table, 8);
    });
  });
}
