import { POINT_WINDOW } from '../src/tensor/window.js';
import type { Conv2dGeometry } from '../src/ir/ops/conv2d.js';
import { interleaved, repeated, type Contender } from './performance/rounds.js';

/** A square convolution to time. */
export interface RaceLayer {
  readonly what: string;
  readonly size: number;
  readonly channels: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly groups: number;
}

export const LAYERS: readonly RaceLayer[] = [
  { what: '3x3 56x56x64-64', size: 56, channels: 64, outputs: 64, kernel: 3, stride: 1, groups: 1 },
  { what: '3x3 14x14x256-256', size: 14, channels: 256, outputs: 256, kernel: 3, stride: 1, groups: 1 },
  { what: '1x1 14x14x384-96', size: 14, channels: 384, outputs: 96, kernel: 1, stride: 1, groups: 1 },
  { what: '1x1 56x56x24-144', size: 56, channels: 24, outputs: 144, kernel: 1, stride: 1, groups: 1 },
  { what: '3x3/2 112x112x3-32', size: 112, channels: 3, outputs: 32, kernel: 3, stride: 2, groups: 1 },
  { what: 'dw 3x3 56x56x128', size: 56, channels: 128, outputs: 128, kernel: 3, stride: 1, groups: 128 },
];

/** The layer's geometry, padded so that a stride of 1 keeps the size. */
export function geometryOf({ kernel, stride, groups }: RaceLayer): Conv2dGeometry {
  const pad = (kernel - 1) / 2;
  return {
    ...POINT_WINDOW,
    kernelHeight: kernel,
    kernelWidth: kernel,
    strideHeight: stride,
    strideWidth: stride,
    padTop: pad,
    padBottom: pad,
    padLeft: pad,
    padRight: pad,
    groups,
  };
}

/** MACs of one repetition of a measurement, so that short layers are timed over several runs. */
const MACS_PER_MEASUREMENT = 5e7;

/** How many more runs of the fast way are timed than of the naive one. */
const FAST_RUNS = 10;

export const RACE_HEADER = 'layer                      fast GMAC/s   naive GMAC/s   ratio';

/** Times two ways to the same result in turn and says the medians of their speeds and of their ratio, by CPU time. */
export async function race(what: string, macs: number, fast: Contender, naive: Contender): Promise<string> {
  const repeats = Math.max(1, Math.round(MACS_PER_MEASUREMENT / FAST_RUNS / macs));
  const taken = await interleaved(
    { fast: repeated(fast, FAST_RUNS * repeats), naive: repeated(naive, repeats) },
    { warmUp: 1 },
  );
  const speed = (ms: number): string => ((macs * repeats) / ms / 1e6).toFixed(2).padStart(12);
  const speeds = [speed(taken.medianMs('fast') / FAST_RUNS), speed(taken.medianMs('naive'))];
  const ratio = (FAST_RUNS * taken.ratio('naive', 'fast')).toFixed(1);
  return `${what.padEnd(24)}${speeds.join('   ')}   ${ratio.padStart(5)}`;
}
