import { ModuleBuilder } from './module-builder.js';
import { i32x4 } from './simd.js';

let known: boolean | null = null;

/** Whether this engine runs vector instructions on a memory that threads can share. */
export function hasSimd(): boolean {
  known ??= typeof WebAssembly === 'object' && WebAssembly.validate(vectorModule());
  return known;
}

function vectorModule(): Uint8Array {
  const builder = new ModuleBuilder();
  builder.define('sum', {}, (f) => f.return(i32x4.extractLane(i32x4.splat(1), 0)), 'i32');
  return builder.bytes();
}
