import type { Random } from '../../../src/core/random.js';

/** Normal weights of variance `2 / fanIn`, which keep the variance through a ReLU (He et al., 2015). */
export function heNormal(length: number, fanIn: number, random: Random): Float64Array {
  return Float64Array.from({ length }, () => Math.sqrt(2 / fanIn) * random.normal());
}
