import fc from 'fast-check';
import { highestOf, lowestOf, type IntFormat } from '../arith/int-format.js';
import { roundQuotient } from '../arith/rounding.js';
import type { OutputGrid, Parameters, RequantizerCase } from '../arith/requantizers/rule.js';
import { anyOutput } from './codes.js';
import type { RequantizerContract } from './contract.js';
import { anyInteger } from './integers.js';
import { anyParameters } from './parameters.js';

export interface CaseOptions {
  /** Only cases in which the rule's contract holds. */
  readonly insideContract: boolean;
  /** Values that every case has, for a device that has them wired. */
  readonly fixed?: FixedValues;
}

export interface FixedValues {
  readonly parameters: Parameters;
  readonly output: Partial<OutputGrid>;
}

const NOTHING_FIXED: FixedValues = { parameters: {}, output: {} };

/**
 * Cases of a requantizer: parameters with the corners favoured; accumulators at and beside ties of the drawn factor, at and
 * beside the ends of the grid, and anywhere; zero point and clamp in the format of the codes.
 */
export function anyRequantizerCase(
  contract: RequantizerContract,
  { insideContract, fixed = NOTHING_FIXED }: CaseOptions,
): fc.Arbitrary<RequantizerCase> {
  const cases = fc
    .record({
      parameters: anyParameters(contract).map((drawn) => ({ ...drawn, ...fixed.parameters })),
      output: anyOutput(contract).map((drawn) => withFixed(drawn, fixed.output)),
      aim: anyAim(contract),
    })
    .map(({ parameters, output, aim }) => ({
      acc: accumulatorOf(aim, contract, parameters, output),
      parameters,
      output,
    }));
  return insideContract ? cases.filter((request) => contract.holds(request)) : cases;
}

/** The drawn grid with its fixed values; a drawn bound gives way to a fixed one. */
function withFixed(drawn: OutputGrid, fixed: Partial<OutputGrid>): OutputGrid {
  const min = fixed.min ?? Math.min(drawn.min, fixed.max ?? drawn.min);
  const max = fixed.max ?? Math.max(drawn.max, min);
  return { zeroPoint: fixed.zeroPoint ?? drawn.zeroPoint, min, max };
}

/** What an accumulator is near to: a tie, an end of the grid, or nothing. In half codes from the real 0 or from the end. */
export type Aim =
  | { readonly at: 'tie'; readonly code: number; readonly offset: number }
  | { readonly at: 'min' | 'max'; readonly halves: number; readonly offset: number }
  | { readonly at: 'anywhere'; readonly acc: number };

export function anyAim({
  accumulator,
  codes,
}: Pick<RequantizerContract, 'accumulator' | 'codes'>): fc.Arbitrary<Aim> {
  const offset = fc.integer({ min: -1, max: 1 });
  const most = 2 ** Math.min(codes.bits, 24);
  const code = fc.oneof(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -most, max: most }));
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ at: fc.constant('tie' as const), code, offset }) },
    {
      weight: 2,
      arbitrary: fc.record({
        at: fc.constantFrom('min' as const, 'max' as const),
        halves: fc.integer({ min: -2, max: 2 }),
        offset,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ at: fc.constant('anywhere' as const), acc: anyInteger(accumulator) }),
    },
  );
}

/** The accumulator that is nearest to what is aimed at under these parameters. */
export function accumulatorOf(
  aim: Aim,
  contract: RequantizerContract,
  parameters: Parameters,
  output: OutputGrid,
): bigint {
  if (aim.at === 'anywhere') return BigInt(aim.acc);
  const halves = aim.at === 'tie' ? 2 * aim.code + 1 : 2 * (output[aim.at] - output.zeroPoint) + aim.halves;
  const nearest = accumulatorFor(BigInt(halves), contract, parameters);
  return within(contract.accumulator, nearest + BigInt(aim.offset));
}

/** The accumulator whose exact value is next to `halves / 2`; 0 under a factor of 0. */
function accumulatorFor(halves: bigint, contract: RequantizerContract, parameters: Parameters): bigint {
  const { numerator, shift } = contract.exact(0n, parameters);
  const slope = contract.factor(parameters).multiplier;
  if (slope === 0n) return 0n;
  const [up, down] = shift < 1 ? [0, 1 - shift] : [shift - 1, 0];
  const target = (halves << BigInt(up)) - (numerator << BigInt(down));
  const step = slope << BigInt(down);
  return step < 0n ? roundQuotient(-target, -step, 'floor') : roundQuotient(target, step, 'floor');
}

function within(format: IntFormat, acc: bigint): bigint {
  const [low, high] = [lowestOf(format), highestOf(format)];
  return acc < low ? low : acc > high ? high : acc;
}
