import { INT32, INT8, wrap } from '../int-format.js';
import { defineRule } from './define.js';
import { clampOnly } from './output.js';
import { shifted } from './parameters.js';
import type { RequantizerRule } from './rule.js';

const stack = 'VTA';
const source = 'apache/tvm-vta@d4a15f627d5c src/sim/sim_driver.cc SHR (read, not run)';

const shr = (acc: bigint, { shift }: { readonly shift: number }): bigint =>
  shift >= 0 ? acc >> BigInt(shift) : wrap(acc << BigInt(-shift), INT32);

export const vtaRules: readonly RequantizerRule[] = [
  defineRule({
    name: 'vta-shr',
    stack,
    formula:
      'clamp(shift >= 0 ? acc >> shift : wrap32(acc << -shift)), the clamp by MIN and MAX instructions',
    source,
    parameters: shifted(-31, 31),
    raw: shr,
    zeroPoint: 'none',
    equalTo: [
      { rule: 'shift-floor', when: 'shift >= 0', holds: ({ parameters }) => parameters['shift']! >= 0 },
    ],
  }),
  defineRule({
    name: 'vta-shr-truncating',
    stack,
    formula: 'the low 8 bits of the shifted value: a store without MIN and MAX',
    source,
    parameters: shifted(-31, 31),
    raw: shr,
    zeroPoint: 'none',
    narrowsTo: INT8,
    finish: (raw, output) => clampOnly(wrap(raw, INT8), output),
    contract: 'the shifted value fits int8',
    holds: (acc, p) => wrap(shr(acc, p), INT8) === shr(acc, p),
    equalTo: [{ rule: 'vta-shr', when: '' }],
  }),
];
