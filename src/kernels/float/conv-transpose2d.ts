import type { FloatConvTranspose2d } from '../../ir/ops/conv-transpose2d.js';
import type { BindKernel } from '../kernel.js';
import { derived, floatTensor, UNBOUNDED } from './operands.js';
import { derivedBias } from './panels.js';
import { TransposedWindows } from './transposed-windows.js';

export const convTranspose2d: BindKernel<FloatConvTranspose2d> = (node, [x, weight, bias], result) => {
  const [, height, width, outputs] = result.shape as [number, number, number, number];
  const [, kernelHeight, kernelWidth, groupChannels] = weight!.shape as [number, number, number, number];
  const groupOutputs = outputs / node.groups;
  const windows = new TransposedWindows(node, x!.shape, [height, width], {
    groups: node.groups,
    groupChannels,
    groupOutputs,
  });
  const outputWeights = kernelHeight * kernelWidth * groupChannels;
  const panelsOf = derived(weight!, (values) =>
    windows.pack(values, {
      group: groupOutputs * outputWeights,
      output: outputWeights,
      tap: groupChannels,
      channel: 1,
    }),
  );
  const biasOf = derivedBias(bias, outputs);
  return (tensors) =>
    windows.products.run(
      floatTensor(tensors[0]),
      panelsOf(tensors[1]),
      biasOf(tensors[2]),
      node.activation ?? UNBOUNDED,
    );
};
