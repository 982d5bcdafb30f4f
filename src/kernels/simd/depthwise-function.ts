import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { i32x4, i8x16, v128 } from '../../wasm/simd.js';
import { emitted } from './emitted.js';

/** Channels that are summed side by side. */
export const BLOCK_CHANNELS = 8;

/** Bytes of the weights of a block for two taps. */
const PAIR_BYTES = 32;

/** Windows that share a weight while it is in a register. */
const TILE_ROWS = 4;

const PARAMETERS = {
  values: 'i32',
  starts: 'i32',
  rows: 'i32',
  taps: 'i32',
  tapsEnd: 'i32',
  weights: 'i32',
  bias: 'i32',
  blocks: 'i32',
  sums: 'i32',
} as const;

type Parameters = Readonly<Record<keyof typeof PARAMETERS, Local<'i32'>>>;

/**
 * Sums of some windows, every channel for itself:
 *
 *     sums[row][channel] = bias[channel] + Σ_tap values[starts[row] + taps[tap] + channel] · weights[tap][channel]
 *
 * Values and weights are int16, sums int32, which wrap. Taps come in pairs, at least one; weights are [block][tap / 2][channel][2].
 * `starts` and `taps` are tables of byte offsets (int32). Rows of sums lie side by side, `blocks · BLOCK_CHANNELS` long; values are
 * read up to there.
 */
export function depthwiseModule(): WebAssembly.Module {
  return emitted('depthwise', defineDepthwise);
}

function defineDepthwise(module: ModuleBuilder): void {
  module.define('depthwise', PARAMETERS, (f, p) => {
    const tiledEnd = f.let('i32', i32.add(p.starts, i32.mul(i32.divU(p.rows, TILE_ROWS), 4 * TILE_ROWS)));
    const end = f.let('i32', i32.add(p.starts, i32.shl(p.rows, 2)));
    const stride = f.let('i32', i32.mul(p.blocks, 4 * BLOCK_CHANNELS));
    for (const [rows, until] of [
      [TILE_ROWS, tiledEnd],
      [1, end],
    ] as const) {
      f.while(i32.ltU(p.starts, until), () => {
        sumsOfTile(f, rows, p, stride);
        f.increase(p.starts, 4 * rows);
        f.increase(p.sums, i32.mul(stride, rows));
      });
    }
  });
}

/** All channels of the next `rows` windows, block after block. */
function sumsOfTile(f: FunctionBuilder, rows: number, p: Parameters, stride: Local<'i32'>): void {
  const windows = Array.from({ length: rows }, (_, row) =>
    f.let('i32', i32.add(p.values, i32.load(p.starts, 4 * row))),
  );
  const sums = windows.map(() => [f.local('v128'), f.local('v128')] as const);
  const weight = f.let('i32', p.weights);
  const bias = f.let('i32', p.bias);
  const to = f.let('i32', p.sums);
  const toEnd = f.let('i32', i32.add(to, stride));
  const tap = f.local('i32');
  const target = f.local('i32');
  f.doWhile(
    () => {
      for (const [low, high] of sums) {
        f.set(low, v128.load(bias));
        f.set(high, v128.load(bias, 16));
      }
      f.set(tap, p.taps);
      f.doWhile(
        () => {
          addPairOfTaps(f, windows, sums, tap, weight);
          f.increase(weight, PAIR_BYTES);
          f.increase(tap, 8);
        },
        i32.ne(tap, p.tapsEnd),
      );
      f.set(target, to);
      for (const [low, high] of sums) {
        f.store('v128', target, low);
        f.store('v128', target, high, 16);
        f.increase(target, stride);
      }
      for (const window of windows) f.increase(window, 2 * BLOCK_CHANNELS);
      f.increase(bias, 4 * BLOCK_CHANNELS);
      f.increase(to, 4 * BLOCK_CHANNELS);
    },
    i32.ne(to, toEnd),
  );
}

/** Int16 lanes of two vectors in turns: of their first halves, or of their second. */
const IN_TURNS = [0, 8].map((from) =>
  Array.from({ length: 16 }, (_, byte) => from + 2 * Math.floor(byte / 4) + (byte % 2) + (byte & 2) * 8),
) as [number[], number[]];

function addPairOfTaps(
  f: FunctionBuilder,
  windows: readonly Local<'i32'>[],
  sums: readonly (readonly [Local<'v128'>, Local<'v128'>])[],
  tap: Local<'i32'>,
  weight: Local<'i32'>,
): void {
  const [firstTap, secondTap] = [f.let('i32', i32.load(tap)), f.let('i32', i32.load(tap, 4))];
  const weights = [f.let('v128', v128.load(weight)), f.let('v128', v128.load(weight, 16))] as const;
  windows.forEach((window, row) => {
    const first = f.let('v128', v128.load(i32.add(window, firstTap)));
    const second = f.let('v128', v128.load(i32.add(window, secondTap)));
    IN_TURNS.forEach((lanes, half) => {
      const sum = sums[row]![half as 0 | 1];
      const pairs = i8x16.shuffle(first, second, lanes);
      f.set(sum, i32x4.add(sum, i32x4.dotI16x8S(pairs, weights[half as 0 | 1])));
    });
  });
}
