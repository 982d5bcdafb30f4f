import { z } from 'zod';

/** An integer format of a file: what a tensor element can store. */
export const format = z
  .strictObject({ bits: z.int().min(2).max(32), signed: z.boolean() })
  .readonly()
  .refine(({ bits, signed }) => signed || bits <= 16, 'unsigned formats have at most 16 bits');
