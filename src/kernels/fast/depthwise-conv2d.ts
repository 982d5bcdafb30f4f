import type { IntDepthwiseConv2d } from '../../ir/ops/conv2d.js';
import type { BindKernel } from '../kernel.js';
import { bandLayout, bandRows, tapOffsets, windowStarts } from './bands.js';
import { drawRows, newCanvas, rowStride } from './canvas.js';
import { codesOf, derived, emptyResult, largestCode, type Codes } from './operands.js';
import { OutputStage } from './output-stage.js';
import { join, PAIR_LIMIT, separate } from './pairs.js';

/**
 * One filter per output channel. No two weights meet the same input, so it is two bands of the image that share doubles
 * (`pairs.ts`): a window on `band + 2^27 · next band` gives a pair of sums.
 */
export const depthwiseConv2d: BindKernel<IntDepthwiseConv2d> = (node, [x, ...constants], result) => {
  const [batch, height, width, inputs] = x!.shape as [number, number, number, number];
  const [, outputRows, outputColumns, channels] = result.shape as [number, number, number, number];
  const prepare = derived(constants, ([weight, bias]) =>
    tapWeights(weight!, bias!, node.weightZeroPoint, largestCode(x!, node.inputZeroPoint)),
  );

  const spread = [batch, height, width, channels];
  const lineLength = rowStride(bandLayout(node, spread, 1)) * node.strideHeight + outputColumns * channels;
  const rows = bandRows(Math.ceil(outputRows / 2), lineLength);
  const layout = bandLayout(node, spread, rows);
  const starts = windowStarts(node, layout, rows, outputColumns);
  const taps = tapOffsets(node, layout);
  const bands = Array.from({ length: batch }, (_, index) =>
    Array.from({ length: Math.ceil(outputRows / rows) }, (_band, band) => {
      const first = band * rows;
      const top = first * node.strideHeight - node.padTop;
      const pixels = Math.min(rows, outputRows - first) * outputColumns;
      return { index, top, pixels, at: (index * outputRows + first) * outputColumns * channels };
    }),
  ).flat();
  const stage = new OutputStage(node, result);

  return ([images, ...tensors]) => {
    const { weights, bias, paired } = prepare(tensors);
    const codes = spreadChannels(codesOf(images), channels / inputs);
    const made = emptyResult(result);
    const canvas = newCanvas(layout, node.inputZeroPoint);
    const nextCanvas = newCanvas(layout, node.inputZeroPoint);
    const pairs = new Float64Array(canvas.length);
    const sums = new Float64Array(starts.length * channels);
    const nextSums = new Float64Array(sums.length);
    for (let i = 0; i < bands.length; i += paired ? 2 : 1) {
      const band = bands[i]!;
      const next = paired ? bands[i + 1] : undefined;
      drawRows(canvas, layout, codes, band.index, band.top, node.inputZeroPoint);
      if (next === undefined) {
        multiplyTaps(canvas, starts, band.pixels, taps, weights, sums);
      } else {
        drawRows(nextCanvas, layout, codes, next.index, next.top, node.inputZeroPoint);
        join(canvas, nextCanvas, pairs);
        multiplyTaps(pairs, starts, Math.max(band.pixels, next.pixels), taps, weights, sums);
        separate(sums, nextSums);
        addBias(nextSums, bias);
        stage.rows(nextSums, channels, next.pixels, channels, made.data, next.at);
      }
      addBias(sums, bias);
      stage.rows(sums, channels, band.pixels, channels, made.data, band.at);
    }
    return made;
  };
};

interface TapWeights {
  /** [tap][channel], less their zero point. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** Whether sums of pairs stay within their bounds. */
  readonly paired: boolean;
}

function tapWeights(weight: Codes, bias: Codes, zeroPoint: number, largestInput: number): TapWeights {
  const channels = bias.length;
  const taps = weight.length / channels;
  const weights = new Float64Array(weight.length);
  let largestSum = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    let magnitude = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const w = weight[channel * taps + tap]! - zeroPoint;
      weights[tap * channels + channel] = w;
      magnitude += Math.abs(w);
    }
    largestSum = Math.max(largestSum, magnitude * largestInput);
  }
  return { weights, bias: Float64Array.from(bias), paired: largestSum < PAIR_LIMIT };
}

/** Every channel `multiplier` times: output channel c reads input channel floor(c / multiplier). */
function spreadChannels(codes: Codes, multiplier: number): Codes {
  if (multiplier === 1) return codes;
  const spread = new Int32Array(codes.length * multiplier);
  for (let i = 0; i < spread.length; i += 1) spread[i] = codes[Math.floor(i / multiplier)]!;
  return spread;
}

/** `sums[pixel][channel] = Σ_tap values[starts[pixel] + taps[tap] + channel] · weights[tap][channel]`, without a bias. */
function multiplyTaps(
  values: Float64Array,
  starts: Int32Array,
  pixels: number,
  taps: Int32Array,
  weights: Float64Array,
  sums: Float64Array,
): void {
  const channels = weights.length / taps.length;
  const last = pixels - 1;
  // Four pixels share a weight; at the end some are computed more than once. `| 0` as in `product.ts`.
  for (let pixel = 0; pixel < pixels; pixel += 4) {
    const [p0, p1, p2, p3] = [
      pixel,
      Math.min(pixel + 1, last),
      Math.min(pixel + 2, last),
      Math.min(pixel + 3, last),
    ];
    const start0 = starts[p0]!;
    const start1 = starts[p1]!;
    const start2 = starts[p2]!;
    const start3 = starts[p3]!;
    for (let channel = 0; channel < channels; channel = (channel + 1) | 0) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let w = channel;
      for (let tap = 0; tap < taps.length; tap = (tap + 1) | 0) {
        const weight = weights[w]!;
        const at = (taps[tap]! + channel) | 0;
        s0 += values[(start0 + at) | 0]! * weight;
        s1 += values[(start1 + at) | 0]! * weight;
        s2 += values[(start2 + at) | 0]! * weight;
        s3 += values[(start3 + at) | 0]! * weight;
        w = (w + channels) | 0;
      }
      sums[p0 * channels + channel] = s0;
      sums[p1 * channels + channel] = s1;
      sums[p2 * channels + channel] = s2;
      sums[p3 * channels + channel] = s3;
    }
  }
}

/** Adds the bias of its channel to every sum. */
function addBias(sums: Float64Array, bias: Float64Array): void {
  for (let row = 0; row < sums.length; row += bias.length) {
    for (let channel = 0; channel < bias.length; channel += 1) sums[row + channel]! += bias[channel]!;
  }
}
