import type { IntConv2d } from '../../ir/ops/conv2d.js';
import { storageType } from '../../tensor/tensor.js';
import { bandRows } from '../fast/bands.js';
import { rowStride, type CanvasLayout } from '../fast/canvas.js';
import { codesOf, formatOf, type Codes } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { BYTES_PER_LENGTH } from './bands.js';
import type { KernelMemory } from './kernel-memory.js';
import { packPanels } from './packed-panels.js';
import { paddedBias, paddedColumns, PanelProduct } from './panel-product.js';
import { bindStage } from './stage.js';
import type { Range } from './epilogues/plan.js';
import { areInt32, sumRanges } from './sum-bounds.js';
import { tileFor } from './tile-choice.js';
import { WideCanvas } from './wide-canvas.js';
import { storageFor } from './weight-storage.js';
import { isNarrow } from './widen-function.js';
import { elementsOf, F2, F4, winogradModule, type WinogradForm } from './winograd-function.js';

/** Channels from which on the transforms cost less than the products that they save. */
const FEWEST_CHANNELS = 16;

const BLOCK_CHANNELS = 8;

/** Planes a power of two apart would meet in a few lines of a cache. */
const SKEW_BYTES = 64;

/**
 * Convolutions 3 × 3 that move by one, with 4 products where the definition has 9, or with 36 where it has 144
 * (`winograd-function.ts`); null for others, for few channels, and where codes are wider than 8 bits or a few times a sum is no int32.
 * Bytes stay int16: a transformed input is at most 100 of them, a transformed weight 49. Sums of products wrap, and what comes of them
 * is right as it fits.
 */
export function bindWinograd(
  node: IntConv2d,
  [x, weight, bias]: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const type = storageType(formatOf(x!));
  const [batch, height, width, channels] = x!.shape as [number, number, number, number];
  const [, outputRows, outputColumns, outputs] = result.shape as [number, number, number, number];
  if (weight!.constant === null || bias!.constant === null || !isNarrow(type)) return null;
  if (!isSmallWindow(node) || Math.min(channels, outputs) < FEWEST_CHANNELS) return null;
  if (formatOf(x!).bits > 8 || formatOf(weight!).bits > 8) return null;
  if (storageFor(formatOf(weight!)) !== 'int16') return null;
  const weights = { values: codesOf(weight!.constant), zeroPoint: node.weightZeroPoint };
  const biases = codesOf(bias!.constant);
  const ranges = sumRanges(weights, biases, formatOf(x!), node.inputZeroPoint);
  const form = formFor(outputRows, outputColumns, ranges);
  if (form === null) return null;

  const tileElements = elementsOf(form);
  const tileColumns = Math.ceil(outputColumns / form.outputs);
  const blocks = Math.ceil(channels / BLOCK_CHANNELS);
  const depth = BLOCK_CHANNELS * blocks;
  const macs = productsOf(form, outputRows, outputColumns) * channels * outputs;
  const tile = memory.decided(() => tileFor(outputs, macs));
  const pixelBytes = 4 * paddedColumns(outputs, tile);
  const tileBytes = tileElements * (2 * depth + pixelBytes);
  const tileRows = bandRows(
    Math.ceil(outputRows / form.outputs),
    (tileColumns * tileBytes) / BYTES_PER_LENGTH,
  );
  const tiles = tileRows * tileColumns;
  const layout: CanvasLayout = {
    height,
    width,
    channels,
    padLeft: node.padLeft,
    padRight: form.outputs * tileColumns + form.inputs - form.outputs - node.padLeft - width,
    rows: form.outputs * tileRows + form.inputs - form.outputs,
  };
  const canvas = new WideCanvas(layout, type, node.inputZeroPoint, memory);
  const starts = Int32Array.from({ length: tiles }, (_, index) => index * depth);
  const reach = { taps: Int32Array.of(0), run: depth };
  const product = new PanelProduct(outputs, starts, reach, tile, 'int16', memory);
  const elements = transformedWeights(form, weights.values, weights.zeroPoint, outputs, channels, depth).map(
    (values, element) => {
      const matrix = {
        values,
        start: 0,
        columns: outputs,
        columnStride: depth,
        taps: 1,
        tapStride: 0,
        run: depth,
        depthStride: 1,
        zeroPoint: 0,
      };
      const initial = Array.from(biases, (value: number) =>
        element === form.inputs + 1 ? (form.one * value) | 0 : 0,
      );
      return {
        weights: memory.workspace.constant(packPanels(matrix, tile, 'int16')),
        bias: memory.workspace.constant(paddedBias(initial, tile)),
      };
    },
  );
  const functions = memory.workspace.functions(winogradModule(form));
  const stage = bindStage(node, result, outputs, memory, ranges);
  const [inputPlane, outputPlane] = [2 * depth * tiles + SKEW_BYTES, pixelBytes * tiles + SKEW_BYTES];

  return memory.banded({
    result,
    images: batch,
    lines: Math.ceil(outputRows / form.outputs),
    mostLines: tileRows,
    macs: batch * macs,
    scratchBytes: [
      canvas.bytes,
      tileElements * inputPlane,
      tileElements * outputPlane,
      form.outputs * (tileRows * outputColumns + 1) * pixelBytes,
    ],
    run(images, made, [drawn, inputs, products, sums], { image, firstLine, lines }) {
      const first = form.outputs * firstLine;
      const rows = Math.min(form.outputs * lines, outputRows - first);
      canvas.draw(drawn!, images, image, first - node.padTop, form.outputs * (lines - 1) + form.inputs);
      const rowBytes = 2 * rowStride(layout);
      functions['inputs']!(drawn!, rowBytes, 2 * channels, lines, tileColumns, blocks, inputPlane, inputs!);
      elements.forEach(({ weights: packed, bias: initial }, element) => {
        const to = products! + element * outputPlane;
        const from = inputs! + element * inputPlane;
        product.writeSums(from, lines * tileColumns, packed, initial, to, pixelBytes);
      });
      const lineBytes = outputColumns * pixelBytes;
      functions['outputs']!(products!, outputPlane, lines, tileColumns, pixelBytes, lineBytes, sums!);
      const firstPixel = (image * outputRows + first) * outputColumns;
      stage.run(sums!, pixelBytes, rows * outputColumns, made, firstPixel);
    },
  });
}

function isSmallWindow(node: IntConv2d): boolean {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = node;
  const isUnit = [strideHeight, strideWidth, dilationHeight, dilationWidth].every((step) => step === 1);
  return kernelHeight === 3 && kernelWidth === 3 && isUnit && node.groups === 1;
}

/** Products that a pair of an input and an output channel takes. */
function productsOf(form: WinogradForm, rows: number, columns: number): number {
  return Math.ceil(rows / form.outputs) * Math.ceil(columns / form.outputs) * elementsOf(form);
}

/** Of the products of F(2 × 2, 3 × 3), what the other form may have at most to be faster: its transforms take longer. */
const WORTH_LARGE_TILES = 2 / 3;

/** The form for images of so many rows and columns of outputs, and for their sums; null where those are too large for all. */
function formFor(rows: number, columns: number, ranges: readonly Range[]): WinogradForm | null {
  const suits = ({ shifts }: WinogradForm): boolean => {
    const most = 4 ** Math.max(...shifts);
    return areInt32(ranges.map(({ low, high }) => ({ low: most * low, high: most * high })));
  };
  const [small, large] = [F2, F4].map((form) => productsOf(form, rows, columns)) as [number, number];
  if (large <= WORTH_LARGE_TILES * small && suits(F4)) return F4;
  return suits(F2) ? F2 : null;
}

/** Weights [output][row][column][channel] as [element][output][channel], zero beyond the last channel. */
function transformedWeights(
  { g }: WinogradForm,
  values: Codes,
  zeroPoint: number,
  outputs: number,
  channels: number,
  depth: number,
): Int16Array[] {
  return g.flatMap((vertical) =>
    g.map((horizontal) => {
      const element = new Int16Array(outputs * depth);
      for (let output = 0; output < outputs; output += 1) {
        for (let channel = 0; channel < channels; channel += 1) {
          let sum = 0;
          vertical.forEach((v, row) =>
            horizontal.forEach((h, column) => {
              const at = ((output * 3 + row) * 3 + column) * channels + channel;
              sum += v * h * (values[at]! - zeroPoint);
            }),
          );
          element[output * depth + channel] = sum;
        }
      }
      return element;
    }),
  );
}
