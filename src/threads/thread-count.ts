import { availableParallelism } from 'node:os';

/** How many threads work, the caller's own among them; `auto`: as many as there are processors, where that pays. */
export type ThreadCount = number | 'auto';

/** The most threads that a count allows. */
export function threadsOf(count: ThreadCount): number {
  return count === 'auto' ? availableParallelism() : count;
}
