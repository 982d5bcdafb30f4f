import type { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import { v128 } from '../../../wasm/simd.js';
import { BLOCK_TERMS } from '../loops.js';
import { TILE_OUTPUTS, TILE_RUN } from '../outer-sums.js';
import { elementAt, FLOAT_BYTES, loadRow, ROWS, Tile, TILE_BYTES } from './tile.js';

/** `FloatLoops.sumOuterProducts`: blocks of terms outside, so that what they read stays in the cache for all tiles. */
export function defineSumOuterProducts(module: ModuleBuilder): void {
  const parameters = {
    values: 'i32',
    starts: 'i32',
    startsEnd: 'i32',
    taps: 'i32',
    tapsEnd: 'i32',
    gradient: 'i32',
    gradientStrideBytes: 'i32',
    outputs: 'i32',
    run: 'i32',
    sums: 'i32',
  } as const;
  module.define('sumOuterProducts', parameters, (f, p) => {
    const tile = new Tile(f);
    const block = f.let('i32', p.starts);
    const blockEnd = f.local('i32');
    const blockGradient = f.let('i32', p.gradient);
    const to = f.local('i32');
    const output = f.local('i32');
    const tap = f.local('i32');
    const c = f.local('i32');
    const values = f.local('i32');
    const start = f.local('i32');
    const gradient = f.local('i32');

    const blockBytes = BLOCK_TERMS * FLOAT_BYTES;
    f.upTo(block, p.startsEnd, blockBytes, () => {
      const whole = i32.add(block, blockBytes);
      f.set(blockEnd, i32.select(whole, p.startsEnd, i32.ltS(whole, p.startsEnd)));
      f.set(to, p.sums);
      f.set(output, 0);
      f.upTo(output, p.outputs, TILE_OUTPUTS, () => {
        f.set(tap, p.taps);
        f.upTo(tap, p.tapsEnd, FLOAT_BYTES, () => {
          f.set(c, 0);
          f.upTo(c, p.run, TILE_RUN, () => {
            f.set(values, elementAt(p.values, i32.add(i32.load(tap), c)));
            f.set(start, block);
            f.set(gradient, elementAt(blockGradient, output));
            tile.clear();
            f.doWhile(
              () => {
                const vectors = loadRow(f, elementAt(values, i32.load(start)));
                ROWS.forEach((r) => {
                  const factor = f.let('v128', v128.load32Splat(gradient, r * FLOAT_BYTES));
                  tile.addProducts(r, [factor, factor], vectors);
                });
                f.increase(gradient, p.gradientStrideBytes);
                f.increase(start, FLOAT_BYTES);
              },
              i32.ltU(start, blockEnd),
            );
            tile.addTo(to);
            f.increase(to, TILE_BYTES);
          });
        });
      });
      f.increase(blockGradient, i32.mul(p.gradientStrideBytes, BLOCK_TERMS));
    });
  });
}
