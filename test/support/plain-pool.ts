import type { IntCase } from '../arbitraries/int-nodes.js';

const narrow = (pad: number, kernel: number): number => Math.min(pad, kernel - 1);

/** A pool as ONNX Runtime takes it: no dilation, pads narrower than the kernel. */
export const plainPool = (drawn: IntCase): IntCase => {
  const { node } = drawn;
  if (node.op !== 'averagePool') return drawn;
  return {
    ...drawn,
    node: {
      ...node,
      dilationHeight: 1,
      dilationWidth: 1,
      padTop: narrow(node.padTop, node.kernelHeight),
      padBottom: narrow(node.padBottom, node.kernelHeight),
      padLeft: narrow(node.padLeft, node.kernelWidth),
      padRight: narrow(node.padRight, node.kernelWidth),
    },
  };
};
