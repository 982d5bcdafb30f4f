import type { KernelAxis } from '../lower/space/axis.js';

/** A tap of a kernel that meets the output positions of a phase. */
export interface Tap {
  /** Its number in the kernel. */
  readonly tap: number;
  /** The input position that it meets at an output position of the phase; null where that is padding. */
  readonly inputAt: (output: number) => number | null;
}

/** The taps along an axis that meet at the positions of a phase (see `phaseTaps`), in the order of the kernel. */
export function tapsOfPhase(axis: KernelAxis, phase: number): readonly Tap[] {
  const { kind, kernel, stride, dilation, padBefore, inputExtent } = axis;
  const taps = Array.from({ length: kernel }, (_, tap) => ({ tap, offset: tap * dilation - padBefore }));
  const inside = (input: number): number | null => (input >= 0 && input < inputExtent ? input : null);
  if (kind === 'window') {
    return taps.map(({ tap, offset }) => ({ tap, inputAt: (output) => inside(output * stride + offset) }));
  }
  return taps
    .filter(({ offset }) => (phase - offset) % stride === 0)
    .map(({ tap, offset }) => ({ tap, inputAt: (output) => inside((output - offset) / stride) }));
}
