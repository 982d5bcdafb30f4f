/**
 * A transposed convolution along one axis: output o meets tap t at input (o + pad − t · dilation) / stride, where that is
 * an integer. Outputs whose o + pad leaves the same rest meet the same taps, at inputs one apart: a phase, which is an
 * ordinary convolution of stride 1.
 */
export interface Phase {
  readonly outputs: readonly Meeting[];
  readonly taps: readonly Meeting[];
}

/** An output or a tap of a phase. The input at which the two meet is the sum of their shifts. */
export interface Meeting {
  readonly index: number;
  readonly shift: number;
}

export function phasesOf(
  outputs: number,
  kernel: number,
  stride: number,
  dilation: number,
  pad: number,
): readonly Phase[] {
  const outputPositions = Array.from({ length: outputs }, (_, output) => output + pad);
  const tapPositions = Array.from({ length: kernel }, (_, tap) => 0 - tap * dilation);
  return Array.from({ length: stride }, (_, rest) => ({
    outputs: meetings(outputPositions, rest, stride),
    taps: meetings(tapPositions, 0 - rest, stride),
  }));
}

function meetings(positions: readonly number[], rest: number, stride: number): readonly Meeting[] {
  return positions
    .map((position, index) => ({ index, shift: (position - rest) / stride }))
    .filter(({ shift }) => Number.isInteger(shift));
}

/** The first and the last input position that the windows of all phases reach, inside the input or not. */
export function spanOf(phases: readonly Phase[]): { readonly first: number; readonly last: number } {
  const met = phases.flatMap(({ outputs, taps }) =>
    outputs.flatMap((output) => taps.map((tap) => output.shift + tap.shift)),
  );
  return { first: Math.min(0, ...met), last: Math.max(0, ...met) };
}
