import type { Dyadic, RequantizerCase } from '../arith/requantizers/rule.js';
import type { RequantizerContract, Subject } from './contract.js';
import { dyadicText, fractionText, overPowerOfTwo } from '../arith/dyadic.js';
import type { AnsweredCase } from './properties/property.js';

/** The case with the code it gets, all on one line: `acc 1, multiplier 1073741824, … exact 0.25, code 1`. */
export function answered(request: RequantizerCase, { contract, code }: Subject): AnsweredCase {
  const answer = code(request);
  const exact = dyadicText(exactCode(request, contract));
  return { request, code: answer, text: `${caseText(request, contract)}: exact ${exact}, code ${answer}` };
}

/** `acc 1, multiplier 1073741824, leftShift -1 (factor 1/4), zero point 0, clamp -128…127`. */
export function caseText(request: RequantizerCase, contract: RequantizerContract): string {
  return `acc ${request.acc}, ${parametersText(request, contract)}`;
}

/** What a case has beside its accumulator. */
export function parametersText(
  { parameters, output }: Omit<RequantizerCase, 'acc'>,
  contract: RequantizerContract,
): string {
  const { multiplier, rightShift } = contract.factor(parameters);
  const values = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const factor = fractionText({ numerator: multiplier, shift: rightShift });
  return [
    `${values.join(', ')} (factor ${factor})`,
    `zero point ${output.zeroPoint}`,
    `clamp ${output.min}…${output.max}`,
  ].join(', ');
}

/** The real value that the code should be, zero point included, before the clamp. */
export function exactCode(
  { acc, parameters, output }: RequantizerCase,
  contract: RequantizerContract,
): Dyadic {
  const { numerator, shift } = overPowerOfTwo(contract.exact(acc, parameters));
  return { numerator: numerator + (BigInt(output.zeroPoint) << BigInt(shift)), shift };
}
