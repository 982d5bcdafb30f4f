import { z } from 'zod';
import type { Issue } from '../core/parsed.js';
import type { Encoding } from './aimet-encodings.js';

/** Reads one section of a file; what is wrong goes to `issues`. */
export type EntryReader = (section: unknown, place: string, issues: Issue[]) => Map<string, Encoding>;

/** The largest finite float32. */
const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** The specification says 4 … 32; its exporters write what they simulate. */
const BITS = 'a whole number from 2 to 32';
export const bits = z.int({ error: BITS }).min(2, { error: BITS }).max(32, { error: BITS });
export const floatBits = z.int({ error: BITS }).min(4, { error: BITS }).max(64, { error: BITS });

const SCALE = 'a positive float32 number';
export const scale = z
  .number({ error: SCALE })
  .positive({ error: SCALE })
  .max(LARGEST_FLOAT32, { error: SCALE });

/** Exporters write -128.0 and -128; half steps, for grids whose zero lies between two codes, are not read. */
const OFFSET = 'a whole number from −2^32 to 2^32';
export const offset = z
  .int({ error: OFFSET })
  .min(-(2 ** 32), { error: OFFSET })
  .max(2 ** 32, { error: OFFSET })
  .transform((value) => value + 0); // never -0, which JSON would not keep
