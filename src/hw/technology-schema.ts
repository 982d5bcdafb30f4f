import { z } from 'zod';
import { choice, flag, integer, nonEmptyText, quantity, section } from './config/config-schema.js';

/** Where a figure comes from, and whether its digits were seen in a public copy of the source: not recalled, not derived. */
const provenance = { source: nonEmptyText(), verified: flag().optional() };

/** A logic block characterized at one operand width. */
const block = () => section({ bits: integer(1, 64), energy: quantity('energy'), ...provenance });

const action = () => section({ energy: quantity('energy'), ...provenance });

const points = z
  .array(
    section({
      capacity: quantity('capacity'),
      read: quantity('accessEnergy'),
      write: quantity('accessEnergy'),
      leakage: quantity('power').optional(),
    }),
    { error: 'a list of { capacity, read, write }' },
  )
  .min(2, { error: 'at least two points, to draw a line through' })
  .refine((list) => new Set(list.map(({ capacity }) => capacity.amount.numerator)).size === list.length, {
    error: 'points of different capacities',
  });

/** Points of other word widths: the costs are not derived from them, but compared with them in `docs/reference/energy.md`. */
const otherWords = z.array(
  section({
    word: quantity('width'),
    capacity: quantity('capacity'),
    read: quantity('accessEnergy'),
    write: quantity('accessEnergy'),
  }),
  { error: 'a list of { word, capacity, read, write }' },
);

/** What a technology file may say: building blocks, from which `technology.ts` derives the costs of a machine. */
export const technologySchema = section({
  name: nonEmptyText(),
  node: quantity('length'),
  multiplier: block(),
  adder: block(),
  register: section({ energy: quantity('energyPerData'), ...provenance }),
  sram: section({
    word: quantity('width'),
    rule: choice(['interpolate', 'power-law']).default('interpolate'),
    points,
    otherWords: otherWords.default([]),
    ...provenance,
  }),
  dram: section({ energy: quantity('energyPerData'), ...provenance }),
  requantize: action(),
  vector: action(),
  leakage: section({
    multiplier: quantity('power'),
    adder: quantity('power'),
    register: quantity('powerPerData'),
    sram: quantity('powerPerData'),
    ...provenance,
  }),
});

export type TechnologyTable = z.output<typeof technologySchema>;

/** What `configs/dram/types.yaml` says: costs to choose from for the override `dram` of a machine. */
export const dramTypesSchema = section({
  types: z.array(section({ type: nonEmptyText(), energy: quantity('energyPerData'), ...provenance }), {
    error: 'a list of { type, energy, source, verified }',
  }),
});

export type DramTypes = z.output<typeof dramTypesSchema>;
