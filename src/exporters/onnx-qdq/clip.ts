import type { RealRange } from '../../ir/ops/real-range.js';
import type { OnnxAssembly } from './assembly.js';

/** A tensor between real bounds, null where there is none: Relu for 0 alone, else Clip. */
export function clipped(
  assembly: OnnxAssembly,
  stem: string,
  real: string,
  min: number | null,
  max: number | null,
): string {
  if (min === null && max === null) return real;
  if (min === 0 && max === null) return assembly.node('Relu', `${stem}_Relu`, [real]);
  const bound = (side: string, value: number | null): string =>
    value === null ? '' : assembly.floats(`${stem}_${side}`, [value]);
  const bounds = max === null ? [bound('min', min)] : [bound('min', min), bound('max', max)];
  return assembly.node('Clip', `${stem}_Clip`, [real, ...bounds]);
}

/** A fused activation of a float operator. */
export function activated(
  assembly: OnnxAssembly,
  stem: string,
  real: string,
  activation: RealRange | null,
): string {
  if (activation === null) return real;
  return clipped(assembly, stem, real, finite(activation.min), finite(activation.max));
}

const finite = (bound: number): number | null => (Number.isFinite(bound) ? bound : null);
