import { z } from 'zod';

/** Numbers and lists that nodes of both dialects are made of. */

export const int = z.int();
export const count = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
export const positive = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
export const code = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
export const indices = z.array(count).readonly();

export const window = {
  kernelHeight: positive,
  kernelWidth: positive,
  strideHeight: positive,
  strideWidth: positive,
  dilationHeight: positive,
  dilationWidth: positive,
  padTop: count,
  padBottom: count,
  padLeft: count,
  padRight: count,
};

const INFINITIES: ReadonlyMap<unknown, number> = new Map([
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** A real number; the infinities, which JSON does not have, are written as their names. */
export const real = z.preprocess(
  (value) => INFINITIES.get(value) ?? value,
  z.union([z.number(), z.literal(Infinity), z.literal(-Infinity)]),
);

/** What `JSON.stringify` is to write instead of a value that JSON does not have. */
export function namedInfinity(_key: string, value: unknown): unknown {
  return value === Infinity || value === -Infinity ? String(value) : value;
}

/** Operators that move elements; the same in both dialects but for what a pad writes. */
export const movementFields = {
  reshape: { shape: indices },
  transpose: { permutation: indices },
  concat: { axis: count },
  slice: { starts: indices, sizes: indices, steps: z.array(int).readonly() },
  pad: { before: indices, after: indices, mode: z.enum(['constant', 'reflect', 'symmetric', 'edge']) },
  gather: { axis: count, indices, indicesShape: indices },
  argMax: { axis: count, keepDims: z.boolean() },
} as const;
