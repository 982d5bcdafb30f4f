import { inOwnProcess } from './own-process.js';
import { HOT, OTHERS, type Race, type Speeds } from './requantizer-race.js';
import { digits, measured, type Effort, type Results } from './results.js';
import { geometricMean } from './rounds.js';

const SMALLEST = {
  what: 'requantization, typed arrays against emitted code, the requantizer of models with the smallest ratio',
  unit: '×',
  mark: { atLeast: 6 },
} as const;
const MEAN = {
  what: 'requantization, all requantizers of models, geometric mean',
  unit: '×',
  mark: { atLeast: 6 },
} as const;

/** One after the other, in processes of their own. */
async function races(requantizers: typeof HOT, { rounds }: Effort): Promise<(Race & { what: string })[]> {
  const all: (Race & { what: string })[] = [];
  for (const [what] of requantizers) {
    all.push({ what, ...(await inOwnProcess<Race>('requantizer-process.ts', [what, String(rounds)])) });
  }
  return all;
}

const cellsOf = ({ ratio, emittedNs, typedNs }: Speeds): string[] => [ratio, emittedNs, typedNs].map(digits);

/** Emitted epilogues beside typed arrays; marks are for both knowing the largest sum and not. */
export async function requantization(effort: Effort): Promise<Results> {
  const [hot, others] = [await races(HOT, effort), await races(OTHERS, effort)];
  const speeds = hot.flatMap(({ what, known, any }) => [known, any].map((each) => ({ what, ...each })));
  const slowest = speeds.toSorted((a, b) => a.ratio - b.ratio)[0]!;
  return {
    rows: [
      measured(SMALLEST, slowest.ratio, `${slowest.what}, ${digits(slowest.emittedNs)} ns a code`),
      measured(MEAN, geometricMean(speeds.map(({ ratio }) => ratio))),
    ],
    tables: [
      {
        title: 'Requantizers, the first ones those of quantized models',
        header: [
          'requantizer',
          'largest sum known: ratio',
          'emitted, ns',
          'typed arrays, ns',
          'any int32: ratio',
          'emitted, ns',
          'typed arrays, ns',
        ],
        cells: [...hot, ...others].map(({ what, known, any }) => [what, ...cellsOf(known), ...cellsOf(any)]),
      },
    ],
  };
}
