import type { FloatConvTranspose2d } from '../../ir/ops/conv-transpose2d.js';
import { zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { derived, floats, UNBOUNDED } from './operands.js';
import { PaddedImage } from './padded-image.js';
import { derivedBias, multiplyPanels, packPanels, type Rows } from './panels.js';

/**
 * Transposed convolution as ordinary products. Output row y collects kernel row k from input row
 * `(y + padTop − k · dilation) / stride` where that is an integer; so output rows whose `y + padTop` leave the same
 * remainder modulo the stride share their kernel rows, and likewise columns. Each pair of such phases is a convolution.
 */
export const convTranspose2d: BindKernel<FloatConvTranspose2d> = (node, [x, weight, bias], result) => {
  const [batch, height, width, outputs] = result.shape as [number, number, number, number];
  const [, kernelHeight, kernelWidth, groupChannels] = weight!.shape as [number, number, number, number];
  const rows = new TransposedAxis(
    x!.shape[1]!,
    height,
    kernelHeight,
    node.strideHeight,
    node.dilationHeight,
    node.padTop,
  );
  const columns = new TransposedAxis(
    x!.shape[2]!,
    width,
    kernelWidth,
    node.strideWidth,
    node.dilationWidth,
    node.padLeft,
  );
  const image = new PaddedImage(x!.shape, {
    padTop: rows.before,
    padBottom: rows.after,
    padLeft: columns.before,
    padRight: columns.after,
  });
  const phases = rows.phases.flatMap((row) => columns.phases.map((column) => phaseOf(row, column)));
  const groupOutputs = outputs / node.groups;
  const outputWeights = kernelHeight * kernelWidth * groupChannels;
  const range = node.activation ?? UNBOUNDED;

  const panelsOf = derived(weight!, (values) =>
    phases.map(({ depthOffsets }) =>
      Array.from({ length: node.groups }, (_, group) =>
        packPanels(values, group * groupOutputs * outputWeights, groupOutputs, outputWeights, depthOffsets),
      ),
    ),
  );
  const biasOf = derivedBias(bias, outputs);
  return (tensors) => {
    const output = zeros('float32', result.shape);
    const panels = panelsOf(tensors[1]);
    const biases = biasOf(tensors[2]);
    for (let index = 0; index < batch; index += 1) {
      const values = image.load(floats(tensors[0]), index);
      phases.forEach(({ rowsOfGroup, targets }, phase) => {
        rowsOfGroup.forEach((vectors, group) => {
          const firstOutput = group * groupOutputs;
          const part = output.data.subarray(index * height * width * outputs + firstOutput);
          multiplyPanels(
            values,
            vectors,
            panels[phase]![group]!,
            biases.subarray(firstOutput),
            part,
            targets,
            range,
          );
        });
      });
    }
    return output;
  };

  function phaseOf(row: Phase, column: Phase) {
    const pixels = row.outputs.flatMap((y) => column.outputs.map((x) => [y, x] as const));
    const taps = row.taps.flatMap((k) => column.taps.map((j) => [k, j] as const));
    const starts = Int32Array.from(pixels, ([y, x]) => image.offset(y.start, x.start));
    const rowsOfGroup = Array.from({ length: node.groups }, (_, group): Rows => ({
      starts,
      taps: Int32Array.from(taps, ([k, j]) => image.offset(k.shift, j.shift) + group * groupChannels),
      run: groupChannels,
    }));
    const targets = Int32Array.from(pixels, ([y, x]) => (y.position * width + x.position) * outputs);
    const depthOffsets = taps.flatMap(([k, j]) =>
      Array.from(
        { length: groupChannels },
        (_, c) => (k.kernel * kernelWidth + j.kernel) * groupChannels + c,
      ),
    );
    return { rowsOfGroup, targets, depthOffsets };
  }
};

/** Output positions along one axis that share their kernel taps. */
interface Phase {
  /** `start` is where the shifts count from, in the padded input. */
  readonly outputs: readonly { readonly position: number; readonly start: number }[];
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
      })).filter(({ shift }) => Number.isInteger(shift)),
    }));
  }
}
