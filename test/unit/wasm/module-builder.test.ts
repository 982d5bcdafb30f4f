import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ModuleBuilder } from '../../../src/wasm/module-builder.js';
import { i32, i64 } from '../../../src/wasm/scalar.js';
import { i16x8, i32x4, v128 } from '../../../src/wasm/simd.js';
import { Workspace } from '../../../src/wasm/workspace.js';

function functionsOf(builder: ModuleBuilder, workspace = new Workspace()) {
  const bytes = builder.bytes();
  expect(WebAssembly.validate(bytes)).toBe(true);
  return workspace.functions(new WebAssembly.Module(bytes));
}

it('writes constants of any sign and size', () => {
  const property = fc.property(
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    (word, long) => {
      const builder = new ModuleBuilder();
      builder.define('word', {}, (f) => f.return(i32.const(word)), 'i32');
      builder.define('high', {}, (f) => f.return(i32.wrapI64(i64.shrU(i64.const(long), 32n))), 'i32');
      builder.define('low', {}, (f) => f.return(i32.wrapI64(i64.const(long))), 'i32');
      const { word: ofWord, high, low } = functionsOf(builder);
      return (
        ofWord!() === word && BigInt(high!()!) === long >> 32n && BigInt(low!()!) === BigInt.asIntN(32, long)
      );
    },
  );
  expect(() => fc.assert(property, { numRuns: 200 })).not.toThrow();
});

it('loops up to a bound, and not at all where it starts there', () => {
  const builder = new ModuleBuilder();
  builder.define(
    'sumBelow',
    { start: 'i32', end: 'i32' },
    (f, { start, end }) => {
      const sum = f.let('i32', 0);
      const index = f.let('i32', start);
      f.upTo(index, end, 1, () => f.increase(sum, index));
      f.return(sum);
    },
    'i32',
  );
  const { sumBelow } = functionsOf(builder);
  expect([sumBelow!(0, 5), sumBelow!(3, 4), sumBelow!(4, 4), sumBelow!(5, 4)]).toEqual([10, 3, 0, 0]);
});

it('takes one of two branches', () => {
  const builder = new ModuleBuilder();
  builder.define(
    'sign',
    { value: 'i32' },
    (f, { value }) => {
      const sign = f.local('i32');
      f.if(
        i32.ltS(value, 0),
        () => f.set(sign, -1),
        () => f.set(sign, i32.select(1, 0, value)),
      );
      f.return(sign);
    },
    'i32',
  );
  const { sign } = functionsOf(builder);
  expect([-7, 0, 9].map((value) => sign!(value))).toEqual([-1, 0, 1]);
});

it('calls functions of its module, and multiplies pairs of int16 lanes in the memory', () => {
  const builder = new ModuleBuilder();
  const dot = builder.define('dot', { a: 'i32', b: 'i32', to: 'i32' }, (f, { a, b, to }) => {
    f.store('v128', to, i32x4.dotI16x8S(i16x8.load8x8S(a), v128.load(b)), 16);
  });
  builder.define('twice', { a: 'i32', b: 'i32', to: 'i32' }, (f, { a, b, to }) => {
    f.call(dot, a, b, to);
    f.store('v128', to, i32x4.add(v128.load(to, 16), v128.load(to, 16)));
  });
  const workspace = new Workspace();
  const a = workspace.constant(Int8Array.of(1, -2, 3, -4, 5, -6, 127, -128));
  const b = workspace.constant(Int16Array.of(10, 20, 30, 40, 50, 60, 32767, -32768));
  const to = workspace.allocate(32);
  functionsOf(builder, workspace)['twice']!(a, b, to);
  const sums = [10 - 40, 90 - 160, 250 - 360, 127 * 32767 + 128 * 32768];
  expect([...new Int32Array(workspace.memory.buffer, to, 8)]).toEqual([
    ...sums.map((sum) => 2 * sum),
    ...sums,
  ]);
});
