import type { Random } from '../../src/core/random.js';
import { AWKWARD_INTEGERS, AWKWARD_TEXTS, pick } from './mutation.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A copy of a value that may be damaged. */
export type Mutable<T> = T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;

const ENORMOUS_LIST = 100_000;

/** Damages one field within a JSON value: a number by a little or much, a text, a list, or one thing by another. */
export function damageJson(random: Random, root: object): void {
  const container = anyContainer(random, root);
  const keys = Object.keys(container);
  if (keys.length === 0) return;
  const key = pick(random, keys);
  const choice = random.unit();
  if (choice < 0.05) delete container[key];
  else if (choice < 0.1) container[pick(random, AWKWARD_TEXTS)] = 1;
  else if (choice < 0.15 && Array.isArray(container))
    container.push(container[random.integer(0, keys.length - 1)]);
  else container[key] = damaged(random, container[key]);
}

type Container = Record<string, unknown>;

/** An object or list within the root, deep ones too: each step down is taken with a fair chance. */
function anyContainer(random: Random, root: object): Container {
  let container = root as Container;
  for (;;) {
    const inner = Object.values(container).filter(
      (value): value is Container => typeof value === 'object' && value !== null,
    );
    if (inner.length === 0 || random.unit() < 0.2) return container;
    container = pick(random, inner);
  }
}

function damaged(random: Random, value: unknown): unknown {
  if (random.unit() < 0.1) return anything(random);
  if (typeof value === 'number')
    return random.unit() < 0.5 ? pick(random, AWKWARD_INTEGERS) : value + pick(random, [-1, 1, 0.5, value]);
  if (typeof value === 'string') return pick(random, AWKWARD_TEXTS);
  if (typeof value === 'boolean') return !value;
  if (!Array.isArray(value)) return anything(random);
  return random.unit() < 0.5
    ? value.slice(0, random.integer(0, value.length))
    : Array.from({ length: pick(random, [1, 40, ENORMOUS_LIST]) }, () => value[0] as unknown);
}

function anything(random: Random): unknown {
  return pick(random, [
    null,
    true,
    0,
    1e308,
    '',
    [],
    {},
    [[[[]]]],
    { a: 1 },
    ...AWKWARD_INTEGERS,
    ...AWKWARD_TEXTS,
  ]);
}
