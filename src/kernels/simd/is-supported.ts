import { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32x4 } from '../../wasm/simd.js';

let answer: boolean | null = null;

/** Whether this process runs WebAssembly with SIMD on memory that threads share. */
export function isSimdSupported(): boolean {
  answer ??= runsSimd();
  return answer;
}

function runsSimd(): boolean {
  if (typeof WebAssembly === 'undefined' || typeof SharedArrayBuffer === 'undefined') return false;
  const module = new ModuleBuilder();
  module.define('probe', {}, (f) => f.return(i32x4.extractLane(i32x4.splat(1), 0)), 'i32');
  return WebAssembly.validate(module.bytes());
}
