import type { KernelAxis } from '../../src/lower/space/axis.js';
import type { Interval } from '../../src/lower/space/interval.js';

export function* positionsIn({ start, end }: Interval): Generator<number> {
  for (let position = start; position < end; position += 1) yield position;
}

/** Where a tap reads for an output position, padding included; null where the tap does not reach the output. */
function inputAt(axis: KernelAxis, output: number, tap: number): number | null {
  if (axis.kind === 'window') return output * axis.stride - axis.padBefore + tap * axis.dilation;
  const offset = output + axis.padBefore - tap * axis.dilation;
  return offset % axis.stride === 0 ? offset / axis.stride : null;
}

/** Taps that meet at an output position. */
export function tapsAt(axis: KernelAxis, output: number): number[] {
  return Array.from({ length: axis.kernel }, (_, tap) => tap).filter(
    (tap) => inputAt(axis, output, tap) !== null,
  );
}

/** The input positions that outputs read, from the first to the last, tried one by one; empty where they read none. */
export function inputsOf(axis: KernelAxis, outputs: Interval): Interval {
  const inputs: number[] = [];
  for (const output of positionsIn(outputs)) {
    for (const tap of tapsAt(axis, output)) {
      const input = inputAt(axis, output, tap)!;
      if (input >= 0 && input < axis.inputExtent) inputs.push(input);
    }
  }
  return inputs.length === 0
    ? { start: 0, end: 0 }
    : { start: Math.min(...inputs), end: Math.max(...inputs) + 1 };
}
