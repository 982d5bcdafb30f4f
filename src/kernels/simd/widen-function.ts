import type { ElementType } from '../../tensor/tensor.js';
import type { Expression, I32, V128 } from '../../wasm/expression.js';
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

/**
 * Copies lines of codes that lie side by side as int16, with copies of one value around them:
 *
 *     draw(from, lines, length, to, before, between, after, fill)
 *
 * writes `before` fills, the lines, `length` codes each, `between` fills after all but the last one, and `after` fills. Up to 16 bytes are written past the end, and read past that of a line.
 */
export function drawModule(type: NarrowType): WebAssembly.Module {
  return emitted(`draw ${type}`, (module) => defineDraw(module, type));
}

const PARAMETERS = {
  from: 'i32',
  lines: 'i32',
  length: 'i32',
  to: 'i32',
  before: 'i32',
  between: 'i32',
  after: 'i32',
  fill: 'i32',
} as const;

function defineDraw(module: ModuleBuilder, type: NarrowType): void {
  const { bytes, eight } = READ[type];
  module.define('draw', PARAMETERS, (f, p) => {
    const fills = f.let('v128', i16x8.splat(p.fill));
    const at = f.let('i32', p.to);
    /** Writes vectors up to the end of `count` values or a little further; what follows overwrites that. */
    const write = (count: I32, vector: () => V128): void => {
      f.set(at, p.to);
      f.increase(p.to, i32.shl(count, 1));
      f.upTo(at, p.to, 16, () => f.store('v128', at, vector()));
    };
    const source = f.local('i32');
    const codes = f.local('v128');
    write(p.before, () => fills);
    f.while(p.lines, () => {
      f.set(source, p.from);
      write(p.length, () => {
        f.set(codes, eight(source));
        f.increase(source, 8 * bytes);
        return codes;
      });
      f.increase(p.from, i32.mul(p.length, bytes));
      f.increase(p.lines, -1);
      f.if(p.lines, () => write(p.between, () => fills));
    });
    write(p.after, () => fills);
  });
}
