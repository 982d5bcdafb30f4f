/** Something, and how many times it comes in a row. */
export interface Repeated<K> {
  readonly kind: K;
  readonly count: number;
}

export function once<K>(kind: K): Repeated<K> {
  return { kind, count: 1 };
}

/** Things that are repeated, one by one. */
export function each<K>(repeated: readonly Repeated<K>[]): K[] {
  return repeated.flatMap(({ kind, count }) => Array.from({ length: count }, () => kind));
}

/** Things in order, equal neighbours together. */
export function runsOf<K>(things: readonly K[], equal: (a: K, b: K) => boolean): Repeated<K>[] {
  const runs: { readonly kind: K; count: number }[] = [];
  for (const kind of things) {
    const previous = runs.at(-1);
    if (previous !== undefined && equal(previous.kind, kind)) previous.count += 1;
    else runs.push(once(kind));
  }
  return runs;
}

/** Lengths of the pieces of at most `most` into which an extent is split, in order. */
export function pieces(extent: number, most: number): Repeated<number>[] {
  return [
    { kind: most, count: Math.floor(extent / most) },
    { kind: extent % most, count: 1 },
  ].filter(({ kind, count }) => kind > 0 && count > 0);
}
