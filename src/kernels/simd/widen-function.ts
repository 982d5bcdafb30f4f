import type { ElementType } from '../../tensor/tensor.js';
import type { Expression, I32 } from '../../wasm/expression.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { i16x8, v128 } from '../../wasm/simd.js';
import { emitted } from './emitted.js';

/** Codes that int16 holds. */
export type NarrowType = Extract<ElementType, 'int8' | 'uint8' | 'int16'>;

export function isNarrow(type: ElementType): type is NarrowType {
  return type in READ;
}

/** How eight codes and one are read as int16. */
export const READ: Readonly<
  Record<
    NarrowType,
    {
      readonly bytes: number;
      readonly eight: (address: I32) => Expression<'v128'>;
      readonly one: (address: I32, offset?: number) => I32;
    }
  >
> = {
  int8: { bytes: 1, eight: i16x8.load8x8S, one: i32.load8S },
  uint8: { bytes: 1, eight: i16x8.load8x8U, one: i32.load8U },
  int16: { bytes: 2, eight: v128.load, one: i32.load16S },
};

/** Copies lines of `length` codes as int16: `widen(from, fromStride, to, toStride, lines, length)`, strides in bytes. */
export function widenModule(type: NarrowType): WebAssembly.Module {
  return emitted(`widen ${type}`, (module) => defineWiden(module, type));
}

function defineWiden(module: ModuleBuilder, type: NarrowType): void {
  const { bytes, eight, one } = READ[type];
  const parameters = {
    from: 'i32',
    fromStride: 'i32',
    to: 'i32',
    toStride: 'i32',
    lines: 'i32',
    length: 'i32',
  } as const;
  module.define('widen', parameters, (f, p) => {
    const source = f.local('i32');
    const target = f.local('i32');
    const eightEnd = f.local('i32');
    const end = f.local('i32');
    f.while(p.lines, () => {
      f.set(source, p.from);
      f.set(target, p.to);
      f.set(end, i32.add(source, i32.mul(p.length, bytes)));
      f.set(eightEnd, i32.sub(end, 8 * bytes - 1));
      f.while(i32.ltS(source, eightEnd), () => {
        f.store('v128', target, eight(source));
        f.increase(source, 8 * bytes);
        f.increase(target, 16);
      });
      f.while(i32.ltS(source, end), () => {
        f.store('i32As16', target, one(source));
        f.increase(source, bytes);
        f.increase(target, 2);
      });
      f.increase(p.from, p.fromStride);
      f.increase(p.to, p.toStride);
      f.increase(p.lines, -1);
    });
  });
}
