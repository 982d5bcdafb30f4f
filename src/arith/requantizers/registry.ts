import { apFixedRules } from './ap-fixed.js';
import { cmsisNnRules } from './cmsis-nn.js';
import { espNnRules } from './esp-nn.js';
import { ethosURules } from './ethos-u.js';
import { fbgemmRules } from './fbgemm.js';
import { gemminiRules } from './gemmini.js';
import { houseRules } from './house.js';
import type { RuleName } from './names.js';
import { nvdlaRules } from './nvdla.js';
import { onnxRuntimeRules } from './onnxruntime.js';
import { pulpNnRules } from './pulp-nn.js';
import { qnnpackRules } from './qnnpack.js';
import type { RequantizerRule } from './rule.js';
import { ruyRules } from './ruy.js';
import { rvvRules } from './rvv.js';
import { tfliteFloat64Rules } from './tflite-float64.js';
import { tfliteRules } from './tflite.js';
import { tosaRules } from './tosa.js';
import { tvmRules } from './tvm.js';
import { vtaRules } from './vta.js';
import { xnnpackRules } from './xnnpack.js';

/** Every requantizer, ours first, then stack by stack. */
export const REQUANTIZER_RULES: readonly RequantizerRule[] = [
  ...houseRules,
  ...tfliteRules,
  ...tfliteFloat64Rules,
  ...ruyRules,
  ...cmsisNnRules,
  ...espNnRules,
  ...xnnpackRules,
  ...qnnpackRules,
  ...fbgemmRules,
  ...onnxRuntimeRules,
  ...tosaRules,
  ...tvmRules,
  ...ethosURules,
  ...nvdlaRules,
  ...gemminiRules,
  ...vtaRules,
  ...apFixedRules,
  ...rvvRules,
  ...pulpNnRules,
];

const byName = new Map<string, RequantizerRule>(REQUANTIZER_RULES.map((rule) => [rule.name, rule]));

/** The rule of a name that the type vouches for. */
export function ruleOf(name: RuleName): RequantizerRule {
  return byName.get(name)!;
}

/** The rule of any text; null where there is none of that name. */
export function findRule(name: string): RequantizerRule | null {
  return byName.get(name) ?? null;
}
