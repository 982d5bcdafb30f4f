import type { Random } from '../../src/core/random.js';

/** A way to damage one file: its name, and the damaged bytes. The random numbers are all that it depends on. */
export interface Mutation {
  readonly name: string;
  readonly apply: (random: Random) => Uint8Array;
}

/** A damaged file and how it was damaged. */
export interface Mutant {
  readonly what: string;
  readonly bytes: Uint8Array;
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(0, list.length - 1)]!;
}

/** The list with some of its members damaged: one for certain, each other with the probability given. */
export function damageSome<T>(
  random: Random,
  list: readonly T[],
  damage: (item: T) => T,
  probability = 0.05,
): T[] {
  const chosen = random.integer(0, Math.max(0, list.length - 1));
  return list.map((item, index) => (index === chosen || random.unit() < probability ? damage(item) : item));
}

/** Integers that upset counts, shapes, offsets and lengths. */
export const AWKWARD_INTEGERS: readonly number[] = [
  0,
  1,
  2,
  3,
  7,
  255,
  1000,
  65_536,
  2 ** 24,
  2 ** 28,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 40,
  2 ** 53 - 1,
  -1,
  -2,
  -7,
  -(2 ** 31),
  -(2 ** 40),
];

/** Names and texts that upset maps, messages and terminals. */
export const AWKWARD_TEXTS: readonly string[] = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'two\nlines',
  'bell\u0007 and \u001B[31mred\u001B[0m',
  'end\0of text',
  'line\u2028separator',
  '\uD800 alone',
  "it's",
  'é'.repeat(200),
  'long '.repeat(20_000),
];
