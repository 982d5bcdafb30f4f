import { z } from 'zod';
import { integer, nonEmptyText, quantity, section } from './config/config-schema.js';

/** A logic block characterized at one operand width. */
const block = () =>
  section({
    bits: integer(1, 64),
    energy: quantity('energy'),
    source: nonEmptyText(),
  });

const action = () => section({ energy: quantity('energy'), source: nonEmptyText() });

const points = z
  .array(
    section({
      capacity: quantity('capacity'),
      read: quantity('accessEnergy'),
      write: quantity('accessEnergy'),
    }),
    { error: 'a list of { capacity, read, write }' },
  )
  .min(2, { error: 'at least two points, to draw a line through' })
  .refine((list) => new Set(list.map(({ capacity }) => capacity.amount.numerator)).size === list.length, {
    error: 'points of different capacities',
  });

/** What a technology file may say: building blocks, from which `technology.ts` derives the costs of a machine. */
export const technologySchema = section({
  name: nonEmptyText(),
  node: quantity('length'),
  multiplier: block(),
  adder: block(),
  register: section({ energy: quantity('energyPerData'), source: nonEmptyText() }),
  sram: section({
    word: quantity('width'),
    points,
    source: nonEmptyText(),
  }),
  dram: section({ energy: quantity('energyPerData'), source: nonEmptyText() }),
  requantize: action(),
  vector: action(),
  leakage: section({
    multiplier: quantity('power'),
    adder: quantity('power'),
    register: quantity('powerPerData'),
    sram: quantity('powerPerData'),
    source: nonEmptyText(),
  }),
});

export type TechnologyTable = z.output<typeof technologySchema>;
