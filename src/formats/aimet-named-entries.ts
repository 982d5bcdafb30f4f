import { z } from 'zod';
import type { Issue } from '../core/parsed.js';
import type { Encoding } from './aimet-encodings.js';
import { bits, floatBits, offset, scale, type EntryReader } from './aimet-entry-fields.js';
import { fieldIssues, shownJson } from './json-issues.js';

const name = z.string({ error: 'the name of a tensor' });
const ENC_TYPE = 'PER_TENSOR, PER_CHANNEL, PER_BLOCK, LPBQ or VECTOR';
const header = z.object(
  {
    name,
    enc_type: z.enum(['PER_TENSOR', 'PER_CHANNEL', 'PER_BLOCK', 'LPBQ', 'VECTOR'], { error: ENC_TYPE }),
  },
  { error: 'an object' },
);

/** The specification says FP, the exporters FLOAT. */
const namedEntry = z.discriminatedUnion(
  'dtype',
  [
    z.object({ dtype: z.enum(['FLOAT', 'FP']), bw: floatBits }),
    z.object({
      dtype: z.literal('INT'),
      bw: bits,
      is_sym: z.boolean({ error: 'true or false' }),
      scale: z.array(scale, { error: 'a list of scales' }).min(1, { error: 'at least one scale' }),
      offset: z.array(offset, { error: 'a list of offsets' }),
    }),
  ],
  { error: 'INT or FLOAT' },
);

/** 1.0.0: a list of encodings that name their tensor. */
export const readNamedEntries: EntryReader = (section, place, issues) => {
  const encodings = new Map<string, Encoding>();
  if (!Array.isArray(section)) {
    issues.push({ path: place, expected: 'a list of encodings', got: shownJson(section) });
    return encodings;
  }
  section.forEach((json: unknown, index) => {
    const head = header.safeParse(json);
    if (!head.success) {
      issues.push(...fieldIssues(head.error, json, [place, `${index}`]));
      return;
    }
    const path = `${place}.${index}`;
    if (encodings.has(head.data.name)) {
      issues.push({
        path: `${path}.name`,
        got: `'${head.data.name}' again`,
        expected: 'one encoding a tensor',
      });
      return;
    }
    const encoding = namedEncoding(
      head.data.enc_type,
      json as Readonly<Record<string, unknown>>,
      path,
      issues,
    );
    if (encoding !== null) encodings.set(head.data.name, encoding);
  });
  return encodings;
};

function namedEncoding(
  type: z.output<typeof header>['enc_type'],
  json: Readonly<Record<string, unknown>>,
  path: string,
  issues: Issue[],
): Encoding | null {
  if (type !== 'PER_TENSOR' && type !== 'PER_CHANNEL') {
    const { name: _name, enc_type: _type, ...fields } = json;
    return { kind: 'block', type, fields };
  }
  const entry = namedEntry.safeParse(json);
  if (!entry.success) {
    issues.push(...fieldIssues(entry.error, json, [path]));
    return null;
  }
  if (entry.data.dtype !== 'INT') return { kind: 'float', bits: entry.data.bw };
  const { bw, is_sym: symmetric, scale: scales, offset: offsets } = entry.data;
  if (offsets.length !== scales.length) {
    issues.push({
      path: `${path}.offset`,
      got: `${offsets.length} offsets`,
      expected: `as many as scales, ${scales.length}`,
    });
  }
  if (type === 'PER_TENSOR' && scales.length > 1)
    issues.push({
      path: `${path}.scale`,
      got: `${scales.length} scales`,
      expected: 'one, as PER_TENSOR says',
    });
  return { kind: 'affine', bits: bw, symmetric, scales, offsets };
}
