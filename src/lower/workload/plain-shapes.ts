import type { KernelAxis } from '../space/axis.js';
import { identityAxis } from '../space/axis.js';
import type { ArrayShape } from './workload.js';

/** One axis of a window that nothing is padded for. */
export interface UnpaddedAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
}

/** The iteration space of a convolution of one image whose groups have `inputChannels` and `outputChannels` each. */
export function convolutionShape(
  rows: UnpaddedAxis,
  columns: UnpaddedAxis,
  channels: Pick<ArrayShape, 'groups' | 'inputChannels' | 'outputChannels'>,
): ArrayShape {
  return { images: 1, rows: unpadded(rows), columns: unpadded(columns), ...channels };
}

function unpadded({ input, output, kernel, stride }: UnpaddedAxis): KernelAxis {
  return {
    kind: 'window',
    inputExtent: input,
    outputExtent: output,
    kernel,
    stride,
    dilation: 1,
    padBefore: 0,
  };
}

/** `groups` products of a `positions` x `inputs` matrix with an `inputs` x `outputs` one. */
export function productShape(positions: number, inputs: number, outputs: number, groups: number): ArrayShape {
  return {
    images: 1,
    rows: identityAxis(positions),
    columns: identityAxis(1),
    groups,
    inputChannels: inputs,
    outputChannels: outputs,
  };
}
