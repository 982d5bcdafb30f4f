/** Processor time in milliseconds that this process has taken, in all of its threads. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export type Contender = () => unknown;

/**
 * Medians of the processor time of contenders, in milliseconds, measured turn by turn so that what disturbs the machine disturbs all.
 * Rounds of warming up come first: emitted functions begin in a slow tier.
 */
export async function mediansOf<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds = 9, warmUp = 5 }: { readonly rounds?: number; readonly warmUp?: number } = {},
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const name of names) {
      const before = processorMs();
      await contenders[name]();
      const took = processorMs() - before;
      if (round >= 0) times.get(name)!.push(took);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name)!)])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
