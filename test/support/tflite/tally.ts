/** What comparing one operator's vectors came to. */
export interface Tally {
  readonly operator: string;
  readonly cases: number;
  /** Output values compared, both builds counted. */
  readonly values: number;
  readonly mismatches: number;
  /** One line for every case with a mismatch, and for everything nobody knows how to run. */
  readonly complaints: readonly string[];
}

/** The comparison of one list of values. */
export interface Comparison {
  readonly values: number;
  readonly mismatches: number;
  readonly complaint: string | null;
}

/** A whole comparison that could not be made: nothing compared counts as everything wrong. */
export const notCompared = (place: string, why: string): Comparison => ({
  values: 0,
  mismatches: 1,
  complaint: `${place}: ${why}`,
});

export function compare(place: string, observed: ArrayLike<number>, expected: readonly number[]): Comparison {
  if (observed.length !== expected.length || expected.length === 0) {
    return notCompared(place, `${observed.length} values, expected ${expected.length}`);
  }
  const wrong = expected.flatMap((value, i) => (observed[i] === value ? [] : [i]));
  const [first] = wrong;
  return {
    values: expected.length,
    mismatches: wrong.length,
    complaint:
      first === undefined
        ? null
        : `${place}: ${wrong.length} of ${expected.length} values, the first at ${first}: ` +
          `${observed[first]}, expected ${expected[first]}`,
  };
}

/** The comparison `make` returns; what it throws is a complaint. */
export function attempt(place: string, make: () => Comparison): Comparison {
  try {
    return make();
  } catch (error) {
    return notCompared(place, String(error));
  }
}

export function tallyOf(operator: string, cases: number, comparisons: readonly Comparison[]): Tally {
  return {
    operator,
    cases,
    values: comparisons.reduce((sum, { values }) => sum + values, 0),
    mismatches: comparisons.reduce((sum, { mismatches }) => sum + mismatches, 0),
    complaints: comparisons.flatMap(({ complaint }) => complaint ?? []),
  };
}

/** One tally an operator, by name. */
export function byOperator(tallies: readonly Tally[]): Tally[] {
  const merged = new Map<string, Tally>();
  for (const tally of tallies) {
    const sofar = merged.get(tally.operator);
    merged.set(tally.operator, sofar === undefined ? tally : sum(sofar, tally));
  }
  return [...merged.values()].sort((a, b) => (a.operator < b.operator ? -1 : 1));
}

const sum = (a: Tally, b: Tally): Tally => ({
  operator: a.operator,
  cases: a.cases + b.cases,
  values: a.values + b.values,
  mismatches: a.mismatches + b.mismatches,
  complaints: [...a.complaints, ...b.complaints],
});

/** One case that went through the importer, as its model says. */
export interface ImportedCase {
  readonly operator: string;
  readonly types: string;
  readonly comparisons: readonly Comparison[];
  readonly onHost: boolean;
}

/** What importing and running the cases of one operator and one combination of types came to. */
export interface ImportTally extends Tally {
  /** `int8,int8,int32->int8` */
  readonly types: string;
  /** Cases whose graph leaves something to the host. */
  readonly onHost: number;
}

export function importTallies(cases: readonly ImportedCase[]): ImportTally[] {
  const keys = [...new Set(cases.map(({ operator, types }) => `${operator} ${types}`))];
  return keys.map((key) => {
    const mine = cases.filter(({ operator, types }) => `${operator} ${types}` === key);
    const { operator, types } = mine[0]!;
    const comparisons = mine.flatMap((each) => each.comparisons);
    const onHost = mine.filter((each) => each.onHost).length;
    return { ...tallyOf(operator, mine.length, comparisons), types, onHost };
  });
}
