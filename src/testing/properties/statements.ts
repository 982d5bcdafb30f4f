import type { OutputGrid, Parameters, RequantizerCase } from '../../arith/requantizers/rule.js';
import { exactCode } from '../case-text.js';
import type { RequantizerContract } from '../contract.js';
import { compareDyadics, difference, magnitudeOf, wholeNumber } from '../../arith/dyadic.js';
import { express } from '../express.js';
import { symmetricGrid } from '../grids.js';
import { plain } from './plain.js';
import type { Statement } from './statement.js';

const HALF = { numerator: 1n, shift: 1 };
const ONE = wholeNumber(1n);

/** The case alone, if its exact value lies on the grid: then no clamp moves the code away from it. */
function onGrid(drawn: RequantizerCase, contract: RequantizerContract): readonly RequantizerCase[] | null {
  const request = plain(drawn, contract);
  const exact = exactCode(request, contract);
  const { min, max } = request.output;
  const above = compareDyadics(exact, wholeNumber(BigInt(min)));
  const below = compareDyadics(wholeNumber(BigInt(max)), exact);
  return above >= 0 && below >= 0 ? [request] : null;
}

/** How far the code is from the exact value. */
function distance(code: bigint, request: RequantizerCase, contract: RequantizerContract) {
  return magnitudeOf(difference(wholeNumber(code), exactCode(request, contract)));
}

export const withinHalfLsb: Statement = {
  name: 'withinHalfLsb',
  sentence: 'A code is at most 1/2 away from the exact value, where that lies on the grid.',
  cases: onGrid,
  agrees: ([code], [request], contract) => compareDyadics(distance(code!, request!, contract), HALF) <= 0,
};

export const withinOneLsb: Statement = {
  name: 'withinOneLsb',
  sentence:
    'A code is less than 1 away from the exact value, where that lies on the grid: one of its neighbours.',
  cases: onGrid,
  agrees: ([code], [request], contract) => compareDyadics(distance(code!, request!, contract), ONE) < 0,
};

export const monotone: Statement = {
  name: 'monotone',
  sentence: 'A larger accumulator never has a smaller code; under a negative factor, never a larger one.',
  cases: (drawn, contract, step) => {
    const request = plain(drawn, contract);
    return [request, { ...request, acc: request.acc + step }];
  },
  agrees: ([first, second], [request], { factor }) =>
    factor(request!.parameters).multiplier < 0n ? first! >= second! : first! <= second!,
};

export const oddSymmetric: Statement = {
  name: 'oddSymmetric',
  sentence: 'The negative accumulator has the mirrored code, on a grid that is symmetric about the real 0.',
  excludes: (contract) => (symmetricGrid(contract) === null ? 'no code stands for a negative value' : null),
  cases: (drawn, contract) => {
    const request = { ...plain(drawn, contract), output: symmetricGrid(contract)! };
    return [request, { ...request, acc: -request.acc }];
  },
  agrees: ([code, mirrored], [request]) => 2n * BigInt(request!.output.zeroPoint) === code! + mirrored!,
};

export const saturates: Statement = {
  name: 'saturates',
  sentence: 'Codes stay on the grid, and an exact value at or beyond an end of it has the code of that end.',
  cases: (drawn, contract) => [plain(drawn, contract)],
  agrees: ([code], [request], contract) => {
    const [min, max] = [BigInt(request!.output.min), BigInt(request!.output.max)];
    const exact = exactCode(request!, contract);
    if (compareDyadics(exact, wholeNumber(min)) <= 0) return code === min;
    if (compareDyadics(exact, wholeNumber(max)) >= 0) return code === max;
    return code! >= min && code! <= max;
  },
};

/** Parameters of a factor of exactly 1; null where the requantizer has none. */
function identity(contract: RequantizerContract, output: OutputGrid): Parameters | null {
  return express(contract, { multiplier: 1n, rightShift: 0 }, [0n], output);
}

export const idempotent: Statement = {
  name: 'idempotent',
  sentence: 'Under a factor of 1, the value of a code has that code again.',
  excludes: (contract) =>
    identity(contract, { zeroPoint: 0, min: 0, max: 0 }) === null ? 'no factor of 1' : null,
  cases: (drawn, contract) => {
    const { output } = drawn;
    const codes = BigInt(output.max - output.min + 1);
    const code = BigInt(output.min) + (((drawn.acc % codes) + codes) % codes);
    const parameters = identity(contract, output);
    return parameters === null ? null : [{ acc: code - BigInt(output.zeroPoint), parameters, output }];
  },
  agrees: ([code], [request]) => code === request!.acc + BigInt(request!.output.zeroPoint),
};
