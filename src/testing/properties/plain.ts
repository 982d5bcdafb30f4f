import type { RequantizerCase } from '../../arith/requantizers/rule.js';
import type { RequantizerContract } from '../contract.js';

/**
 * The drawn case with parameters that only make a factor: an offset or a width that a rule has beside it keeps the value that
 * a plain factor has.
 */
export function plain(drawn: RequantizerCase, { factor, withFactor }: RequantizerContract): RequantizerCase {
  return { ...drawn, parameters: withFactor(factor(drawn.parameters)) ?? drawn.parameters };
}
