import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { emitted } from './emitted.js';

/** Writes each of `length` (at least one) int16 values `times` times: `spread(from, length, times, to)`. */
export function spreadModule(): WebAssembly.Module {
  return emitted('spread', defineSpread);
}

function defineSpread(module: ModuleBuilder): void {
  module.define('spread', { from: 'i32', length: 'i32', times: 'i32', to: 'i32' }, (f, p) => {
    const end = f.let('i32', i32.add(p.from, i32.shl(p.length, 1)));
    const left = f.local('i32');
    const value = f.local('i32');
    f.while(i32.ne(p.from, end), () => {
      f.set(value, i32.load16S(p.from));
      f.set(left, p.times);
      f.while(left, () => {
        f.store('i32As16', p.to, value);
        f.increase(p.to, 2);
        f.increase(left, -1);
      });
      f.increase(p.from, 2);
    });
  });
}
