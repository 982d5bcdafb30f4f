import { z } from 'zod';
import type { Issue } from '../core/parsed.js';
import type { Encoding } from './aimet-encodings.js';
import { bits, floatBits, offset, scale, type EntryReader } from './aimet-entry-fields.js';
import { fieldIssues, shownJson } from './json-issues.js';

const extreme = z.number({ error: 'a number' }).optional();

const legacyEntry = z.discriminatedUnion(
  'dtype',
  [
    z.object({ dtype: z.literal('float'), bitwidth: floatBits }),
    z.object({
      dtype: z.literal('int'),
      bitwidth: bits,
      is_symmetric: z.union([z.enum(['True', 'False']).transform((text) => text === 'True'), z.boolean()], {
        error: "'True' or 'False'",
      }),
      scale,
      offset,
      min: extreme,
      max: extreme,
    }),
  ],
  { error: "an object whose dtype is 'int' or 'float'" },
);
type LegacyEntry = z.output<typeof legacyEntry>;

const legacyEntries = z
  .array(legacyEntry, { error: 'a list of encodings' })
  .min(1, { error: 'at least one encoding' });

/** 0.6.1: an object from tensor name to a list of encodings, one for the tensor or one per channel. */
export const readLegacyEntries: EntryReader = (section, place, issues) => {
  const encodings = new Map<string, Encoding>();
  if (typeof section !== 'object' || section === null || Array.isArray(section)) {
    issues.push({
      path: place,
      expected: 'an object from tensor name to encodings',
      got: shownJson(section),
    });
    return encodings;
  }
  for (const [name, json] of Object.entries(section)) {
    const entries = legacyEntries.safeParse(json);
    if (!entries.success) {
      issues.push(...fieldIssues(entries.error, json, [place, name]));
      continue;
    }
    issues.push(...contradictions(entries.data, `${place}.${name}`));
    encodings.set(name, legacyEncoding(entries.data));
  }
  return encodings;
};

function legacyEncoding(entries: readonly LegacyEntry[]): Encoding {
  const first = entries[0]!;
  if (first.dtype === 'float') return { kind: 'float', bits: first.bitwidth };
  const grids = entries.filter((entry) => entry.dtype === 'int');
  return {
    kind: 'affine',
    bits: first.bitwidth,
    symmetric: first.is_symmetric,
    scales: grids.map((entry) => entry.scale),
    offsets: grids.map((entry) => entry.offset),
  };
}

/** How far a stated extreme may lie from the grid's, in steps: a strict symmetric grid leaves one code out. */
const EXTREME_TOLERANCE_STEPS = 1.01;

/** Where channels differ in what a tensor has once, or an extreme is far from what scale and offset say. */
function contradictions(entries: readonly LegacyEntry[], place: string): Issue[] {
  const issues: Issue[] = [];
  const first = entries[0]!;
  entries.forEach((entry, channel) => {
    const path = `${place}.${channel}`;
    for (const [field, text] of SHARED_FIELDS) {
      if (text(entry) === text(first)) continue;
      issues.push({
        path: `${path}.${field}`,
        got: text(entry),
        expected: `${text(first)}, as in the first channel`,
      });
    }
    if (entry.dtype === 'float') return;
    const steps = { min: entry.offset, max: entry.offset + 2 ** entry.bitwidth - 1 };
    for (const end of ['min', 'max'] as const) {
      const stated = entry[end];
      const computed = entry.scale * steps[end];
      if (stated === undefined || Math.abs(stated - computed) <= EXTREME_TOLERANCE_STEPS * entry.scale)
        continue;
      issues.push({ path: `${path}.${end}`, got: `${stated}`, expected: `${computed}, by scale and offset` });
    }
  });
  return issues;
}

/** Fields that all channels have alike, as the file writes them. */
const SHARED_FIELDS: readonly [field: string, text: (entry: LegacyEntry) => string][] = [
  ['dtype', ({ dtype }) => dtype],
  ['bitwidth', ({ bitwidth }) => `${bitwidth}`],
  ['is_symmetric', (entry) => (entry.dtype === 'int' && entry.is_symmetric ? 'True' : 'False')],
];
