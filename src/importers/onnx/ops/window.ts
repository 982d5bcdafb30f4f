import { dilatedExtent, type Window2d } from '../../../tensor/window.js';
import type { NodeImport } from '../node-import.js';
import { heightAndWidth } from './spatial.js';

const autoPads = ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'] as const;
export type AutoPad = (typeof autoPads)[number];

/** A window as ONNX states it: one entry per spatial axis. */
export interface WindowAttributes {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Explicit pads; zeros where `auto_pad` decides. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly autoPad: AutoPad;
}

/** Reads kernel_shape, strides, dilations, pads and auto_pad. `kernel` is known from the weights, if there are any. */
export function readWindow(node: NodeImport, rank: number, kernel?: readonly number[]): WindowAttributes {
  const stated = node.attributes.ints('kernel_shape');
  if (stated === null && kernel === undefined) {
    throw node.refuse({ found: 'no kernel_shape', expected: 'one extent per spatial axis' });
  }
  const ones = Array.from({ length: rank }, () => 1);
  const window = {
    kernel: kernel ?? stated!,
    strides: node.attributes.ints('strides') ?? ones,
    dilations: node.attributes.ints('dilations') ?? ones,
  };
  for (const [name, values] of Object.entries({ ...window, kernel_shape: stated ?? window.kernel })) {
    if (values.length !== rank || values.some((value) => value < 1)) {
      throw node.refuse({ found: `${name} ${values.join(', ')}`, expected: `${rank} positive integers` });
    }
  }
  if (stated !== null && window.kernel.some((extent, axis) => extent !== stated[axis])) {
    throw node.refuse({
      found: `kernel_shape ${stated.join('x')}`,
      expected: `${window.kernel.join('x')} as the weights have it`,
    });
  }
  return { ...window, ...readPads(node, rank) };
}

function readPads(node: NodeImport, rank: number): Pick<WindowAttributes, 'before' | 'after' | 'autoPad'> {
  const autoPad = node.attributes.choice('auto_pad', autoPads, 'NOTSET');
  const stated = node.attributes.ints('pads');
  const zeros = Array.from({ length: 2 * rank }, () => 0);
  const pads = autoPad === 'NOTSET' ? (stated ?? zeros) : zeros;
  if (pads.length !== 2 * rank || pads.some((pad) => pad < 0)) {
    throw node.refuse({ found: `pads ${pads.join(', ')}`, expected: `${2 * rank} integers of at least 0` });
  }
  return { before: pads.slice(0, rank), after: pads.slice(rank), autoPad };
}

/**
 * Pads that `auto_pad` stands for: with SAME the output has ceil(input / stride) positions, and an odd pad goes to the
 * end (SAME_UPPER) or to the beginning (SAME_LOWER).
 */
export function resolvePads(window: WindowAttributes, extents: readonly number[]): WindowAttributes {
  if (window.autoPad === 'NOTSET' || window.autoPad === 'VALID') return window;
  const totals = extents.map((extent, axis) => {
    const stride = window.strides[axis]!;
    const covered = dilatedExtent(window.kernel[axis]!, window.dilations[axis]!);
    return Math.max((Math.ceil(extent / stride) - 1) * stride + covered - extent, 0);
  });
  return { ...window, ...splitPads(totals, window.autoPad === 'SAME_UPPER') };
}

/** Totals as pads before and after; the odd one goes after where `upper`, else before. */
export function splitPads(
  totals: readonly number[],
  upper: boolean,
): Pick<WindowAttributes, 'before' | 'after'> {
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total, axis) => total - small[axis]!);
  return upper ? { before: small, after: large } : { before: large, after: small };
}

/** The window on images of ours. */
export function toWindow2d(window: WindowAttributes): Window2d {
  const [kernelHeight, kernelWidth] = heightAndWidth(window.kernel, 1);
  const [strideHeight, strideWidth] = heightAndWidth(window.strides, 1);
  const [dilationHeight, dilationWidth] = heightAndWidth(window.dilations, 1);
  const [padTop, padLeft] = heightAndWidth(window.before, 0);
  const [padBottom, padRight] = heightAndWidth(window.after, 0);
  return {
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop,
    padBottom,
    padLeft,
    padRight,
  };
}
