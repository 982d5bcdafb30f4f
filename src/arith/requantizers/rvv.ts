import { INT16, INT32, INT8, saturate } from '../int-format.js';
import { roundShift, type RoundingMode } from '../rounding.js';
import { defineRule } from './define.js';
import type { VectorRounding } from './names.js';
import { shifted, type ParameterSet } from './parameters.js';
import type { Equality, RequantizerRule } from './rule.js';

/** The four values of `vxrm`. */
export const MODES: readonly {
  readonly vxrm: VectorRounding;
  readonly mode: RoundingMode;
  readonly shift: string;
}[] = [
  { vxrm: 'rnu', mode: 'halfUp', shift: 'shift-half-up' },
  { vxrm: 'rne', mode: 'halfEven', shift: 'shift-half-even' },
  { vxrm: 'rdn', mode: 'floor', shift: 'shift-floor' },
  { vxrm: 'rod', mode: 'jam', shift: 'shift-jam' },
];

const common = {
  stack: 'RISC-V V',
  source: 'RISC-V vector extension 1.0, fixed-point instructions (executed under an emulator)',
  zeroPoint: 'none',
} as const;

const fraction: ParameterSet<'multiplier'> = {
  specs: [
    {
      name: 'multiplier',
      type: 'integer',
      min: -(2 ** 31),
      max: 2 ** 31 - 1,
      meaning: 'the factor in Q0.31, signed',
    },
  ],
  factor: ({ multiplier }) => ({ multiplier: BigInt(multiplier), rightShift: 31 }),
  withFactor: ({ multiplier, rightShift }) => {
    const moved = Number(multiplier) * 2 ** (31 - rightShift);
    return Number.isInteger(moved) && moved < 2 ** 31 ? { multiplier: moved } : null;
  },
};

export const rvvRules: readonly RequantizerRule[] = MODES.flatMap(({ vxrm, mode, shift }) => {
  const sameShift: Equality = { rule: shift as Equality['rule'], when: '' };
  return [
    defineRule({
      ...common,
      name: `rvv-vssra-${vxrm}`,
      formula: `round(acc / 2^shift), vxrm = ${vxrm}`,
      parameters: shifted(0, 31),
      raw: (acc, p) => roundShift(acc, p.shift, mode),
      equalTo: [sameShift],
    }),
    defineRule({
      ...common,
      name: `rvv-vsmul-${vxrm}`,
      formula: `sat32(round(acc * multiplier / 2^31)), vxrm = ${vxrm}`,
      codes: INT32,
      parameters: fraction,
      raw: (acc, { multiplier }) => saturate(roundShift(acc * BigInt(multiplier), 31, mode), INT32),
      equalTo: [
        {
          rule: shift.replace('shift', 'multiply-shift') as Equality['rule'],
          when: 'multiplier >= 0',
          holds: ({ parameters }) => parameters['multiplier']! >= 0,
        },
      ],
    }),
    defineRule({
      ...common,
      name: `rvv-vnclip-${vxrm}`,
      formula: `sat8(sat16(round(acc / 2^shift))), vxrm = ${vxrm}`,
      parameters: shifted(0, 31),
      narrowsTo: INT8,
      raw: (acc, p) => saturate(saturate(roundShift(acc, p.shift, mode), INT16), INT8),
      equalTo: [sameShift],
    }),
  ];
});
