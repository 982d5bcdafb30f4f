import { z } from 'zod';
import { elementCount } from '../../tensor/shape.js';
import { format } from './format-schema.js';
import { intNodeSchema } from './node-schema.js';

/** Version of the JSON in the file's metadata; a reader refuses others. */
export const FORMAT_VERSION = 1;

const quantization = z
  .strictObject({
    scales: z.array(z.number().positive()).min(1).readonly(),
    zeroPoint: z
      .int()
      .min(-(2 ** 31))
      .max(2 ** 31 - 1),
    axis: z.int().min(0).nullable(),
  })
  .readonly();

/** Most elements of a value: what a 32-bit index reaches. */
const MOST_ELEMENTS = 2 ** 31 - 1;

const value = z.strictObject({
  id: z.string(),
  shape: z
    .array(z.int().min(0).max(MOST_ELEMENTS))
    .max(32)
    .readonly()
    .refine((shape) => elementCount(shape) <= MOST_ELEMENTS, `more than ${MOST_ELEMENTS} elements`),
  type: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('int'), format, quantization: quantization.nullable() }).readonly(),
    z.strictObject({ kind: z.literal('float32') }).readonly(),
  ]),
});

const port = z.strictObject({
  name: z.string(),
  value: z.string(),
  permutation: z.array(z.int().min(0)).readonly().nullable(),
  takesCodes: z.literal(true).optional(),
});

/** The graph as JSON; constants are tensors of the same file, named by value id. */
export const integerGraphSchema = z.strictObject({
  version: z.literal(FORMAT_VERSION),
  name: z.string(),
  inputs: z.array(port).readonly(),
  outputs: z.array(port).min(1).readonly(),
  nodes: z.array(intNodeSchema).readonly(),
  values: z.array(value).readonly(),
  metadata: z.record(z.string(), z.string()).readonly(),
});

export type IntegerGraphJson = z.infer<typeof integerGraphSchema>;
