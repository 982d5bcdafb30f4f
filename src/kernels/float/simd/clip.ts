import type { ModuleBuilder } from '../../../wasm/module-builder.js';
import { f32x4, v128 } from '../../../wasm/simd.js';
import { clamped, VECTOR_BYTES } from './tile.js';

/** `FloatLoops.clip`, up to the end of the last vector. */
export function defineClip(module: ModuleBuilder): void {
  module.define('clip', { values: 'i32', valuesEnd: 'i32', min: 'f32', max: 'f32' }, (f, p) => {
    const min = f.let('v128', f32x4.splat(p.min));
    const max = f.let('v128', f32x4.splat(p.max));
    f.upTo(p.values, p.valuesEnd, VECTOR_BYTES, () => {
      f.store('v128', p.values, clamped(v128.load(p.values), min, max));
    });
  });
}
