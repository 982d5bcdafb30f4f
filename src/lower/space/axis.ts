import { assertNever } from '../../core/errors.js';
import type { Shape } from '../../tensor/shape.js';
import type { Window2d } from '../../tensor/window.js';
import type { Interval } from './interval.js';

/** A spatial axis of an operator: which input positions an output position reads. */
export type Axis = KernelAxis | TapsAxis;

/**
 * A kernel slides over the input. `window`: output y reads inputs `y · stride − padBefore + tap · dilation`.
 * `transposed`: input i adds to outputs `i · stride − padBefore + tap · dilation`, so output y reads the inputs i for which
 * that holds for some tap.
 */
export interface KernelAxis {
  readonly kind: 'window' | 'transposed';
  readonly inputExtent: number;
  readonly outputExtent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
}

/** Output y reads the inputs from `lower[y]` to `upper[y]`. */
export interface TapsAxis {
  readonly kind: 'taps';
  readonly inputExtent: number;
  readonly outputExtent: number;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** An axis along which every output position reads the input position of the same index. */
export function identityAxis(extent: number): KernelAxis {
  return {
    kind: 'window',
    inputExtent: extent,
    outputExtent: extent,
    kernel: 1,
    stride: 1,
    dilation: 1,
    padBefore: 0,
  };
}

/** Whether every output position reads the input position of the same index, and nothing else. */
export function isIdentity(axis: Axis): boolean {
  if (axis.kind === 'taps' || axis.inputExtent !== axis.outputExtent) return false;
  return axis.kernel === 1 && axis.stride === 1 && axis.padBefore === 0;
}

/** The spatial axes of a kernel over NHWC tensors. */
export function kernelAxes(
  kind: KernelAxis['kind'],
  window: Window2d,
  input: Shape,
  output: Shape,
): { readonly rows: KernelAxis; readonly columns: KernelAxis } {
  return {
    rows: {
      kind,
      inputExtent: input[1]!,
      outputExtent: output[1]!,
      kernel: window.kernelHeight,
      stride: window.strideHeight,
      dilation: window.dilationHeight,
      padBefore: window.padTop,
    },
    columns: {
      kind,
      inputExtent: input[2]!,
      outputExtent: output[2]!,
      kernel: window.kernelWidth,
      stride: window.strideWidth,
      dilation: window.dilationWidth,
      padBefore: window.padLeft,
    },
  };
}

/**
 * The input positions that an interval of output positions reads, from the first to the last (positions between taps
 * are part of it). Padding is no part of the input; an interval that reads padding only is empty.
 */
export function inputInterval(axis: Axis, outputs: Interval): Interval {
  const { start, end } = outputs;
  switch (axis.kind) {
    case 'window':
    case 'transposed':
      return kernelInputs(axis, outputs);
    case 'taps':
      return tapInputs(axis, start, end);
    default:
      return assertNever(axis);
  }
}

function tapInputs({ lower, upper, inputExtent }: TapsAxis, start: number, end: number): Interval {
  let [first, last] = [inputExtent, -1];
  for (let output = start; output < end; output += 1) {
    first = Math.min(first, lower[output]!, upper[output]!);
    last = Math.max(last, lower[output]!, upper[output]!);
  }
  return { start: first, end: last + 1 };
}

function kernelInputs(axis: KernelAxis, outputs: Interval): Interval {
  const inputsOfTap = axis.kind === 'window' ? windowTapInputs : transposedTapInputs;
  let first = axis.inputExtent;
  let last = -1;
  for (let tap = 0; tap < axis.kernel; tap += 1) {
    const inputs = inputsOfTap(axis, outputs, tap);
    if (inputs.first > inputs.last) continue;
    first = Math.min(first, inputs.first);
    last = Math.max(last, inputs.last);
  }
  return first > last ? { start: 0, end: 0 } : { start: first, end: last + 1 };
}

/** First and last input that a tap reads; the first is larger where it reads none. */
interface TapInputs {
  readonly first: number;
  readonly last: number;
}

/** Inputs y · stride + offset for the outputs y of which they exist. */
function windowTapInputs(axis: KernelAxis, { start, end }: Interval, tap: number): TapInputs {
  const offset = tap * axis.dilation - axis.padBefore;
  const firstOutput = Math.max(start, Math.ceil(-offset / axis.stride));
  const lastOutput = Math.min(end - 1, Math.floor((axis.inputExtent - 1 - offset) / axis.stride));
  return { first: firstOutput * axis.stride + offset, last: lastOutput * axis.stride + offset };
}

/** Inputs i that exist and whose output i · stride + offset is in the interval. */
function transposedTapInputs(axis: KernelAxis, { start, end }: Interval, tap: number): TapInputs {
  const offset = tap * axis.dilation - axis.padBefore;
  return {
    first: Math.max(0, Math.ceil((start - offset) / axis.stride)),
    last: Math.min(axis.inputExtent - 1, Math.floor((end - 1 - offset) / axis.stride)),
  };
}

/**
 * Taps that meet at the output positions of each phase; phase p of n covers the positions p, p + n, p + 2n, ….
 *
 * A window has one phase with the whole kernel. A transposed kernel has one phase a stride: tap t reaches output y only
 * where `y + padBefore − t · dilation` is a multiple of the stride, so the phases share the kernel's taps out and each is
 * an ordinary convolution. A phase may have none.
 */
export function phaseTaps(axis: KernelAxis): readonly number[] {
  if (axis.kind === 'window') return [axis.kernel];
  const taps = Array.from({ length: axis.stride }, () => 0);
  for (let tap = 0; tap < axis.kernel; tap += 1) {
    const offset = (tap * axis.dilation - axis.padBefore) % axis.stride;
    taps[(offset + axis.stride) % axis.stride]! += 1;
  }
  return taps;
}
