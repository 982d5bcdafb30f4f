import type { ArrayArithmetic } from '../../ir/ops/array-arithmetic.js';
import type { IntConvTranspose2d } from '../../ir/ops/conv-transpose2d.js';
import type { BindKernel } from '../kernel.js';
import { drawRows, newCanvas, rowStride, type CanvasLayout } from './canvas.js';
import { GroupedProduct, sumStride } from './grouped-product.js';
import { codesOf, derived, emptyResult, largestCode, type Codes } from './operands.js';
import { OutputStage } from './output-stage.js';
import { phasesOf, spanOf } from './phases.js';

/**
 * Outputs of one phase of rows and one of columns meet the same taps (`phases.ts`): an ordinary convolution each, and all
 * of them read one canvas. A tap that meets no input in a phase counts as code `inputZeroPoint`: its share of the sum is
 * a constant, which joins the bias.
 */
export const convTranspose2d: BindKernel<IntConvTranspose2d> = (node, [x, ...constants], result) => {
  const [batch, height, width, inputs] = x!.shape as [number, number, number, number];
  const [, outputRows, outputColumns, outputs] = result.shape as [number, number, number, number];
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = node;
  const rowPhases = phasesOf(outputRows, kernelHeight, strideHeight, dilationHeight, node.padTop);
  const columnPhases = phasesOf(outputColumns, kernelWidth, strideWidth, dilationWidth, node.padLeft);
  const rowSpan = spanOf(rowPhases);
  const columnSpan = spanOf(columnPhases);
  const layout: CanvasLayout = {
    height,
    width,
    channels: inputs,
    padLeft: Math.max(0, -columnSpan.first),
    padRight: Math.max(0, columnSpan.last - (width - 1)),
    rows: rowSpan.last - rowSpan.first + 1,
  };
  const offset = (row: number, column: number): number => row * rowStride(layout) + column * inputs;

  const phases = rowPhases.flatMap((rows) =>
    columnPhases.map((columns) => {
      const pixels = rows.outputs.flatMap((row) =>
        columns.outputs.map((column) => ({
          start: offset(row.shift - rowSpan.first, column.shift + layout.padLeft),
          target: (row.index * outputColumns + column.index) * outputs,
        })),
      );
      const taps = rows.taps.flatMap((row) =>
        columns.taps.map((column) => ({
          index: row.index * kernelWidth + column.index,
          offset: offset(row.shift, column.shift),
        })),
      );
      return {
        starts: Int32Array.from(pixels, ({ start }) => start),
        targets: Int32Array.from(pixels, ({ target }) => target),
        taps: taps.map(({ index }) => index),
        reach: { taps: Int32Array.from(taps, (tap) => tap.offset), run: inputs / node.groups },
      };
    }),
  );

  const stride = sumStride(outputs, node.groups);
  const prepare = derived(constants, ([weight, bias]) =>
    phases.map(({ taps, reach }) => {
      const { values, bias: phaseBias } = phaseConstants(
        weight!,
        bias!,
        kernelHeight * kernelWidth,
        taps,
        node,
      );
      const weights = { values, zeroPoint: node.weightZeroPoint, groups: node.groups };
      return new GroupedProduct(weights, phaseBias, largestCode(x!, node.inputZeroPoint), reach);
    }),
  );
  const stage = new OutputStage(node, result);

  return ([images, ...tensors]) => {
    const products = prepare(tensors);
    const codes = codesOf(images);
    const made = emptyResult(result);
    const canvas = newCanvas(layout, node.inputZeroPoint);
    for (let index = 0; index < batch; index += 1) {
      drawRows(canvas, layout, codes, index, rowSpan.first, node.inputZeroPoint);
      const image = index * outputRows * outputColumns * outputs;
      phases.forEach(({ starts, targets }, phase) => {
        const sums = new Float64Array(starts.length * stride);
        products[phase]!.writeTo(sums, canvas, starts, starts.length);
        targets.forEach((target, pixel) => {
          stage.row(sums, pixel * stride, outputs, made.data, image + target);
        });
      });
    }
    return made;
  };
};

/** The weights [outputs, taps, inputs] of the chosen taps, and the bias with the share of all others. */
export function phaseConstants(
  weight: Codes,
  bias: Codes,
  taps: number,
  chosen: readonly number[],
  { inputZeroPoint, weightZeroPoint }: ArrayArithmetic,
): { readonly values: Int32Array; readonly bias: Float64Array } {
  const outputs = bias.length;
  const inputs = weight.length / outputs / taps;
  const values = new Int32Array(outputs * chosen.length * inputs);
  const phaseBias = Float64Array.from(bias);
  for (let output = 0, to = 0; output < outputs; output += 1) {
    for (let tap = 0; tap < taps; tap += 1) {
      const from = (output * taps + tap) * inputs;
      const ofTap = weight.subarray(from, from + inputs);
      if (chosen.includes(tap)) {
        values.set(ofTap, to);
        to += inputs;
      } else {
        for (const w of ofTap) phaseBias[output]! += inputZeroPoint * (w - weightZeroPoint);
      }
    }
  }
  return { values, bias: phaseBias };
}
