import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import { i32 } from '../../wasm/scalar.js';

/** Elements that one turn of a loop writes. */
const COUNT = 4;

/** Writes `length` elements of `bytes` bytes to `to`, some at a time and the rest one by one; `write` moves everything but `to`. */
export function unrolled(
  f: FunctionBuilder,
  to: Local<'i32'>,
  length: Local<'i32'>,
  bytes: number,
  write: (count: number) => void,
): void {
  const end = f.let('i32', i32.add(to, i32.mul(length, bytes)));
  const unrolledEnd = f.let('i32', i32.sub(end, bytes * COUNT - 1));
  f.upTo(to, unrolledEnd, bytes * COUNT, () => write(COUNT));
  f.upTo(to, end, bytes, () => write(1));
}
