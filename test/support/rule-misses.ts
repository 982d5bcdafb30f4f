import type { OutputGrid, Parameters, RequantizerRule } from '../../src/arith/index.js';
import { bindRule } from '../../src/kernels/fast/requantizers/bind-rule.js';

/** Every accumulator of `bits` bits. */
export function accumulatorsOf(bits: number): { readonly acc: number; readonly exact: bigint }[] {
  return Array.from({ length: 2 ** bits }, (_, i) => i - 2 ** (bits - 1)).map((acc) => ({
    acc,
    exact: BigInt(acc),
  }));
}

/** Where the fast version of a rule and its bigint code differ, `inputs -> observed, expected`; the first few. */
export function missesOf(
  rule: RequantizerRule,
  parameters: Parameters,
  output: OutputGrid,
  accumulators: ReturnType<typeof accumulatorsOf>,
): string[] {
  const fast = bindRule(rule.name, parameters, output);
  const misses: string[] = [];
  for (const { acc, exact } of accumulators) {
    const observed = fast(acc);
    const expected = rule.code({ acc: exact, parameters, output });
    if (BigInt(observed) === expected) continue;
    misses.push(
      `${rule.name} ${acc} ${JSON.stringify(parameters)} ${JSON.stringify(output)} -> ${observed}, ${expected}`,
    );
    if (misses.length === 3) break;
  }
  return misses;
}
