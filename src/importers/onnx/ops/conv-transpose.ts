import { dilatedExtent } from '../../../tensor/window.js';
import { reshape, transpose } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { ConstantOperand, Operand } from '../operand.js';
import { convolutionWeight, withBias } from './conv.js';
import type { ImportOperator } from './operator.js';
import { fromImage, heightAndWidth, spatialExtents, toImage } from './spatial.js';
import { readWindow, splitPads, toWindow2d, type WindowAttributes } from './window.js';

/** ConvTranspose-1, -11: x [N, C, D…], weight [C, M / group, k…], bias [M]; one or two spatial axes. */
export const convTranspose: ImportOperator = (node) => {
  const x = node.input(0);
  const weight = convolutionWeight(node, x);
  const groups = node.attributes.int('group', 1);
  const { window, outputPadding } = readTransposedWindow(node, x, spatialExtents(weight.shape));
  const [outputPaddingHeight, outputPaddingWidth] = heightAndWidth(outputPadding, 0);
  const y = node.emit(
    {
      op: 'convTranspose2d',
      ...toWindow2d(window),
      groups,
      outputPaddingHeight,
      outputPaddingWidth,
      activation: null,
    },
    withBias(node, [toImage(node, x), outputMajorWeight(node, weight, groups)]),
  );
  return [fromImage(node, y, x.shape.length)];
};

/** Weights [C, M / g, k…] as [M, kernelHeight, kernelWidth, C / g]: output channel first, group by group. */
function outputMajorWeight(node: NodeImport, weight: ConstantOperand, groups: number): Operand {
  const [inputChannels, outputsPerGroup, ...kernel] = weight.shape;
  if (groups < 1 || inputChannels! % groups !== 0) {
    throw node.refuse({ found: `group ${groups}`, expected: `a divisor of ${inputChannels} input channels` });
  }
  const inputsPerGroup = inputChannels! / groups;
  const grouped = reshape(node, weight, [groups, inputsPerGroup, outputsPerGroup!, ...kernel]);
  const kernelAxes = kernel.map((_, axis) => axis + 3);
  const outputFirst = transpose(node, grouped, [0, 2, 1, ...kernelAxes]);
  return toImage(node, reshape(node, outputFirst, [groups * outputsPerGroup!, inputsPerGroup, ...kernel]));
}

/**
 * Pads and output padding. The clauses "output_shape" and "auto_pad" of ConvTranspose-11: where the output's extents are
 * given (or are input · stride, with SAME), the full extent less them is cropped, the odd one at the end with SAME_UPPER
 * and at the beginning otherwise. An output larger than the full extent is filled up at the end, as ONNX Runtime does.
 */
function readTransposedWindow(
  node: NodeImport,
  x: Operand,
  kernel: readonly number[],
): { window: WindowAttributes; outputPadding: readonly number[] } {
  const window = readWindow(node, kernel.length, kernel);
  const outputPadding = node.attributes.ints('output_padding') ?? kernel.map(() => 0);
  const stated = node.attributes.ints('output_shape');
  const extents = spatialExtents(x.shape);
  const isSame = window.autoPad === 'SAME_UPPER' || window.autoPad === 'SAME_LOWER';
  const wanted = stated ?? (isSame ? extents.map((extent, axis) => extent * window.strides[axis]!) : null);
  if (outputPadding.length !== kernel.length || (wanted !== null && wanted.length !== kernel.length)) {
    throw node.refuse({
      found: 'output_padding or output_shape of another rank',
      expected: 'one entry per spatial axis',
    });
  }
  if (wanted === null) return { window, outputPadding };
  const totals = extents.map((extent, axis) => {
    const covered = dilatedExtent(window.kernel[axis]!, window.dilations[axis]!);
    return (extent - 1) * window.strides[axis]! + outputPadding[axis]! + covered - wanted[axis]!;
  });
  const pads = splitPads(
    totals.map((total) => Math.max(total, 0)),
    window.autoPad === 'SAME_UPPER',
  );
  return {
    window: { ...window, ...pads },
    outputPadding: outputPadding.map((padding, axis) => padding + Math.max(-totals[axis]!, 0)),
  };
}
