import type { Shape } from '../../tensor/shape.js';
import { outputHeight, outputWidth, type Window2d } from '../../tensor/window.js';
import type { NodeBase } from '../graph.js';
import type { ArrayArithmetic } from './array-arithmetic.js';
import type { RealRange } from './real-range.js';

/**
 * 2-D convolution. Inputs: x [batch, height, width, inputChannels], weight [outputChannels, kernelHeight, kernelWidth,
 * inputChannels / groups], bias [outputChannels] (optional in the float dialect). Output [batch, height', width',
 * outputChannels]. Padded taps are real zero: code `inputZeroPoint` in the integer dialect.
 */
export interface Conv2dGeometry extends Window2d {
  readonly groups: number;
}

export interface FloatConv2d extends NodeBase, Conv2dGeometry {
  readonly op: 'conv2d';
  readonly activation: RealRange | null;
}

export interface IntConv2d extends NodeBase, Conv2dGeometry, ArrayArithmetic {
  readonly op: 'conv2d';
}

/** As `conv2d` with one group per input channel; a mapping of its own on every machine. */
export interface IntDepthwiseConv2d extends NodeBase, Conv2dGeometry, ArrayArithmetic {
  readonly op: 'depthwiseConv2d';
}

export function conv2dShape(node: Conv2dGeometry, [x, weight]: readonly Shape[]): Shape {
  return [x![0]!, outputHeight(x![1]!, node), outputWidth(x![2]!, node), weight![0]!];
}

export function conv2dProblems(node: Conv2dGeometry, [x, weight, bias]: readonly Shape[]): string[] {
  const problems: string[] = [];
  if (x!.length !== 4) problems.push(`input has rank ${x!.length}, expected 4 (NHWC)`);
  if (weight!.length !== 4) problems.push(`weight has rank ${weight!.length}, expected 4 (OHWI)`);
  if (problems.length > 0) return problems;
  if (weight![1] !== node.kernelHeight || weight![2] !== node.kernelWidth) {
    problems.push(
      `kernel is ${node.kernelHeight}x${node.kernelWidth}, weight says ${weight![1]}x${weight![2]}`,
    );
  }
  if (weight![3]! * node.groups !== x![3]) {
    problems.push(`${x![3]} input channels, expected ${node.groups} groups of ${weight![3]}`);
  }
  if (weight![0]! % node.groups !== 0) {
    problems.push(`${weight![0]} output channels do not divide into ${node.groups} groups`);
  }
  if (bias !== undefined && (bias.length !== 1 || bias[0] !== weight![0])) {
    problems.push(`bias has shape ${bias.join('x')}, expected ${weight![0]}`);
  }
  return problems;
}
