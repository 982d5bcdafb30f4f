import { UINT8 } from '../int-format.js';
import { defineRule } from './define.js';
import { scaled } from './parameters.js';
import type { RequantizerRule } from './rule.js';
import { awayFromMantissa, deriveScale, doubleOnMantissa, floatScale } from './xnnpack.js';

const source = 'pytorch/QNNPACK@7d2a4e9931a8 src/requantization';
const LEAST = 2 ** -32;
const MOST = 1 - 2 ** -24;

const common = { stack: 'QNNPACK', codes: UINT8, derive: deriveScale(MOST) } as const;

export const qnnpackRules: readonly RequantizerRule[] = [
  defineRule({
    ...common,
    name: 'qnnpack-fp32',
    formula: 'clamp(rne(f32(f32(acc) * scale)), qmin - zp, qmax - zp) + zp',
    source: `${source}/fp32-scalar.c lrintf and magic`,
    parameters: scaled(LEAST, MOST),
    raw: floatScale,
    zeroPoint: 'exact',
    equalTo: [{ rule: 'xnnpack-fp32', when: '' }],
  }),
  defineRule({
    ...common,
    name: 'qnnpack-precise',
    formula: 't = sign(acc) * ((|acc| * m + 2^(sh-1)) >> sh); clamp(t, qmin - zp, qmax - zp) + zp',
    source: `${source}/precise-scalar.c`,
    parameters: scaled(LEAST, MOST),
    raw: awayFromMantissa,
    zeroPoint: 'exact',
    equalTo: [{ rule: 'xnnpack-rndna', when: '' }],
  }),
  defineRule({
    ...common,
    name: 'qnnpack-q31',
    formula: 'clamp(RDBPOT((acc * M + 2^30) >> 31, sh - 24), qmin - zp, qmax - zp) + zp, M = m << 7',
    source: `${source}/q31-scalar.c`,
    parameters: scaled(LEAST, MOST, 7),
    raw: doubleOnMantissa,
    zeroPoint: 'exact',
    equalTo: [
      { rule: 'double-rounding', when: '' },
      { rule: 'qnnpack-gemmlowp', when: '' },
    ],
  }),
  defineRule({
    ...common,
    name: 'qnnpack-gemmlowp',
    formula: 'clamp(wrap32(RDBPOT((acc * M + 2^30) >> 31, sh - 24) + zp)), M = m << 7',
    source: `${source}/gemmlowp-scalar.c`,
    parameters: scaled(LEAST, MOST, 7),
    raw: doubleOnMantissa,
    zeroPoint: 'wrap32',
    equalTo: [{ rule: 'xnnpack-gemmlowp', when: '' }],
  }),
];
