import type {
  ApOverflow,
  ApQuantization,
  KebabCase,
  RuleName,
} from '../../../src/arith/requantizers/names.js';
import type { RequantizerCase } from '../../../src/arith/requantizers/rule.js';
import type { RoundingMode } from '../../../src/arith/rounding.js';
import { apFixed } from './ap-fixed.js';
import { compilerOracles } from './compilers.js';
import { floatScaleOracles } from './float-scales.js';
import { hardwareOracles } from './hardware.js';
import { doubleRounding, multiplyShiftBy, shiftBy, stochastic } from './house.js';
import type { Oracle } from './oracle.js';
import { tfliteOracles } from './tflite.js';
import { xnnpackOracles } from './xnnpack.js';

/**
 * Every requantizer of the registry in exact rationals, written from the sentences of `rounding.md` and not from `src`, of
 * which types alone are imported: a real value, the neighbour that the sentence picks, what a register keeps of it.
 */

const MODES: Readonly<Record<KebabCase<RoundingMode>, RoundingMode>> = {
  floor: 'floor',
  ceil: 'ceil',
  'toward-zero': 'towardZero',
  'away-from-zero': 'awayFromZero',
  'half-up': 'halfUp',
  'half-down': 'halfDown',
  'half-away-from-zero': 'halfAwayFromZero',
  'half-toward-zero': 'halfTowardZero',
  'half-even': 'halfEven',
  'half-odd': 'halfOdd',
  jam: 'jam',
};

/** Rules that come in modes are made by name; all others stand in the record, which is complete or does not compile. */
type MadeByName =
  | `shift-${KebabCase<RoundingMode>}`
  | `multiply-shift-${KebabCase<RoundingMode>}`
  | `ap-fixed-${ApQuantization}-${ApOverflow}`;

const oracles: Readonly<Record<Exclude<RuleName, MadeByName>, Oracle>> = {
  'shift-stochastic': stochastic,
  'double-rounding': doubleRounding,
  ...tfliteOracles,
  ...xnnpackOracles,
  ...floatScaleOracles,
  ...compilerOracles,
  ...hardwareOracles,
};

function madeByName(name: MadeByName): Oracle {
  const apFixedName = /^ap-fixed-(?<quantization>.+?)-(?<overflow>wrap-sm|wrap|sat-sym|sat-zero|sat)$/.exec(
    name,
  );
  if (apFixedName !== null) {
    const { quantization, overflow } = apFixedName.groups!;
    return apFixed(quantization as ApQuantization, overflow as ApOverflow);
  }
  const isProduct = name.startsWith('multiply-shift-');
  const mode = MODES[name.slice((isProduct ? 'multiply-shift-' : 'shift-').length) as keyof typeof MODES];
  return isProduct ? multiplyShiftBy(mode) : shiftBy(mode);
}

/** What a rule answers, by its sentence. */
export function oracleCode(name: RuleName, request: RequantizerCase): bigint {
  const oracle =
    name in oracles ? oracles[name as Exclude<RuleName, MadeByName>] : madeByName(name as MadeByName);
  return oracle(request);
}
