import type { RuleName } from '../../../arith/requantizers/names.js';
import type { Arithmetic } from './arithmetic.js';
import { hardwareRules, houseRules } from './exact-rules.js';
import type { FastRule } from './fast-rule.js';
import { fixedPointRules } from './fixed-point-rules.js';
import { floatRules } from './float-rules.js';

/** Every rule of the registry in some arithmetic; the type says that none is missing. */
export function rulesIn<V>(arithmetic: Arithmetic<V>): Readonly<Record<RuleName, FastRule<V>>> {
  return {
    ...houseRules(arithmetic),
    ...hardwareRules(arithmetic),
    ...fixedPointRules(arithmetic),
    ...floatRules(arithmetic),
  };
}
