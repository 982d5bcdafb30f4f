import type { Window2d } from '../../tensor/window.js';
import type { Shape } from '../../tensor/shape.js';
import { ImageProducts } from './image-products.js';
import { PaddedImage } from './padded-image.js';
import { packPanels, rowPieces, type Panels } from './panels.js';

/** Where a weight lies: the sum of what each of its indices adds. */
export interface WeightStrides {
  readonly group: number;
  readonly output: number;
  readonly tap: number;
  readonly channel: number;
}

/** Groups of a transposed convolution: the channels of its input and of its output in each. */
export interface Grouping {
  readonly groups: number;
  readonly groupChannels: number;
  readonly groupOutputs: number;
}

/**
 * A window that spreads its input instead of collecting it, as ordinary products. Output row y collects kernel row k from input
 * row `(y + padTop − k · dilation) / stride` where that is an integer; so output rows whose `y + padTop` leave the same
 * remainder modulo the stride share their kernel rows, and likewise columns. Each pair of such phases is a convolution.
 */
export class TransposedWindows {
  readonly products: ImageProducts;
  readonly #grouping: Grouping;
  /** Of each product: its group, and its kernel taps. */
  readonly #weights: readonly { readonly group: number; readonly taps: readonly number[] }[];

  /**
   * @param input shape of a batch, NHWC
   * @param output extents of an image
   */
  constructor(
    window: Window2d,
    input: Shape,
    [height, width]: readonly [number, number],
    grouping: Grouping,
  ) {
    const { groups, groupChannels, groupOutputs } = grouping;
    const { kernelHeight, kernelWidth, padTop, padLeft } = window;
    const [, inputHeight, inputWidth] = input as [number, number, number];
    const rows = new TransposedAxis(
      inputHeight,
      height,
      kernelHeight,
      window.strideHeight,
      window.dilationHeight,
      padTop,
    );
    const columns = new TransposedAxis(
      inputWidth,
      width,
      kernelWidth,
      window.strideWidth,
      window.dilationWidth,
      padLeft,
    );
    const image = new PaddedImage(input, {
      padTop: rows.before,
      padBottom: rows.after,
      padLeft: columns.before,
      padRight: columns.after,
    });
    const outputs = groups * groupOutputs;
    const products = rows.phases
      .flatMap((row) => columns.phases.map((column) => ({ row, column })))
      .flatMap(({ row, column }) => {
        const pixels = row.outputs.flatMap((y) => column.outputs.map((x) => [y, x] as const));
        const taps = row.taps.flatMap((k) => column.taps.map((j) => [k, j] as const));
        const offsets = taps.map(([k, j]) => image.offset(k.shift, j.shift));
        const kernelTaps = taps.map(([k, j]) => k.kernel * kernelWidth + j.kernel);
        const starts = Int32Array.from(pixels, ([y, x]) => image.offset(y.start, x.start));
        const targets = Int32Array.from(pixels, ([y, x]) => (y.position * width + x.position) * outputs);
        return Array.from({ length: groups }, (_, group) => {
          const pieces = rowPieces(
            offsets.map((offset) => offset + group * groupChannels),
            groupChannels,
          );
          const firstOutput = group * groupOutputs;
          return { rows: { starts, pieces }, targets, firstOutput, group, taps: kernelTaps };
        });
      });
    this.products = new ImageProducts(image, products, [height, width, outputs]);
    this.#weights = products;
    this.#grouping = grouping;
  }

  /** The panels of the products. */
  pack(values: Float32Array, strides: WeightStrides): Panels[] {
    const { groupChannels, groupOutputs } = this.#grouping;
    const channels = Array.from({ length: groupChannels }, (_, channel) => channel * strides.channel);
    return this.#weights.map(({ group, taps }) => {
      const depthOffsets = taps.flatMap((tap) => channels.map((channel) => tap * strides.tap + channel));
      return packPanels(values, group * strides.group, groupOutputs, strides.output, depthOffsets);
    });
  }
}

/** Output positions along one axis that share their kernel taps. */
interface Phase {
  /** `start` is where the shifts count from, in the padded input. */
  readonly outputs: readonly { readonly position: number; readonly start: number }[];
  /** In the order in which they lie in the input. */
  readonly taps: readonly { readonly kernel: number; readonly shift: number }[];
}

/** The phases along one axis, and how far their taps reach beyond the input on either side. */
class TransposedAxis {
  readonly before: number;
  readonly after: number;
  readonly phases: readonly Phase[];

  constructor(input: number, output: number, kernel: number, stride: number, dilation: number, pad: number) {
    this.before = Math.floor(((kernel - 1) * dilation) / stride);
    this.after = Math.max(0, Math.floor((output - 1 + pad) / stride) + 1 - input);
    this.phases = Array.from({ length: stride }, (_, remainder) => ({
      outputs: Array.from({ length: output }, (_, position) => position)
        .filter((position) => (position + pad) % stride === remainder)
        .map((position) => ({ position, start: this.before + Math.floor((position + pad) / stride) })),
      taps: Array.from({ length: kernel }, (_, k) => ({
        kernel: k,
        shift: (remainder - k * dilation) / stride,
      }))
        .filter(({ shift }) => Number.isInteger(shift))
        .reverse(),
    }));
  }
}
