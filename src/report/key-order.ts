/** The keys of T in the order in which they are written. A key too many or too few does not compile. */
export type KeyOrder<T> = T extends readonly unknown[]
  ? 'array'
  : T extends object
    ? { readonly [K in keyof T]-?: KeyOrder<T[K]> }
    : 'plain';

/** A copy with the keys in this order, whatever order `value` was built in. */
export function inOrder<T>(value: T, order: KeyOrder<T>): T {
  if (typeof order === 'string' || value === null || value === undefined) return value;
  const parts = Object.entries(order as Readonly<Record<string, KeyOrder<unknown>>>);
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(parts.map(([key, part]) => [key, inOrder(fields[key], part)])) as T;
}

/** The order of a record whose keys are listed elsewhere. */
export function orderOf<K extends string>(keys: readonly K[]): { readonly [N in K]: 'plain' } {
  return Object.fromEntries(keys.map((key) => [key, 'plain'])) as { [N in K]: 'plain' };
}
