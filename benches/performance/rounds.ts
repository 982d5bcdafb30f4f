import { performance } from 'node:perf_hooks';

/** What something took, in milliseconds. */
export interface Sample {
  /** Of processor time, in all threads. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

export type Clock = keyof Sample;

export type Contender = () => unknown;

export interface RoundOptions {
  readonly rounds?: number;
  /** Rounds that come before and count for nothing: emitted functions begin in a slow tier. */
  readonly warmUp?: number;
}

/** What contenders took, measured turn by turn so that what disturbs the machine disturbs all. */
export class Rounds<Name extends string> {
  readonly #samples: Readonly<Record<Name, readonly Sample[]>>;

  constructor(samples: Readonly<Record<Name, readonly Sample[]>>) {
    this.#samples = samples;
  }

  /** Processor time unless another clock is named. */
  medianMs(name: Name, clock: Clock = 'cpuMs'): number {
    return median(this.#times(name, clock));
  }

  /** How many times as long one takes as the other: the median of the ratios in each round. */
  ratio(slow: Name, fast: Name, clock: Clock = 'cpuMs'): number {
    const times = this.#times(fast, clock);
    return median(this.#times(slow, clock).map((time, round) => time / times[round]!));
  }

  #times(name: Name, clock: Clock): number[] {
    return this.#samples[name].map((sample) => sample[clock]);
  }
}

/** Runs contenders in turn. */
export function interleaved<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  options: RoundOptions = {},
): Promise<Rounds<Name>> {
  const measures = Object.entries<Contender>(contenders).map(([name, run]) => [name, () => timed(run)]);
  return sampled(Object.fromEntries(measures) as Record<Name, () => Promise<Sample>>, options);
}

/** Takes samples in turn, of what measures itself. */
export async function sampled<Name extends string>(
  measures: Readonly<Record<Name, () => Sample | Promise<Sample>>>,
  { rounds = 9, warmUp = 5 }: RoundOptions = {},
): Promise<Rounds<Name>> {
  const names = Object.keys(measures) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sample[]>;
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const name of names) {
      const sample = await measures[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return new Rounds(samples);
}

export async function timed(run: Contender): Promise<Sample> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000, wallMs };
}

/** The same several times over, for what is short beside the tick of the clock. */
export function repeated(run: Contender, times: number): Contender {
  return async () => {
    for (let i = 0; i < times; i += 1) await run();
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
