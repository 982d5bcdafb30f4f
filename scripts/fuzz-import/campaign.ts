import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeModelFolder } from './external-files.js';
import { isFailure } from './judge.js';
import { Mutator } from './mutator.js';
import type { Seed } from './seeds.js';
import { WorkerProcess, type Limits, type Loss } from './worker-process.js';
import type { Job, Measured } from './worker.js';

export interface Campaign {
  readonly seeds: readonly Seed[];
  /** Number that all damage is drawn from. */
  readonly campaign: number;
  readonly numbers: readonly number[];
  readonly limits: Limits;
  /** URL of a module like `subject.ts`. */
  readonly subject?: string;
  readonly workers?: number;
  readonly progress?: (done: number) => void;
}

const MUTANTS_PER_WORKER = 500;
const MOST_WORKERS = 4;
const OWN_SUBJECT = new URL('subject.ts', import.meta.url).href;

/**
 * Judges mutants in processes of their own. One that takes too much is judged a second time in a fresh process: what the
 * mutants before it left behind, or a busy machine, is none of its faults.
 */
export async function runCampaign(campaign: Campaign): Promise<readonly Judged[]> {
  const root = mkdtempSync(join(tmpdir(), 'bitmac-fuzz-'));
  try {
    const job = prepare(campaign, root);
    const mutator = new Mutator(campaign.seeds, campaign.campaign);
    const results: Judged[] = [];
    const waiting = [...campaign.numbers].reverse();
    const renew = (worker: WorkerProcess): WorkerProcess => {
      worker.end();
      return new WorkerProcess(job, campaign.limits);
    };
    const work = async (): Promise<void> => {
      let worker = new WorkerProcess(job, campaign.limits);
      try {
        for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
          let result = judged(mutator, number, await worker.measure(number), campaign.limits);
          if (result.isLost || tookTooMuch(result)) {
            worker = renew(worker);
            result = judged(mutator, number, await worker.measure(number), campaign.limits);
            worker = renew(worker);
          } else if (worker.answered >= MUTANTS_PER_WORKER) worker = renew(worker);
          results.push(result);
          campaign.progress?.(results.length);
        }
      } finally {
        worker.end();
      }
    };
    const workers = campaign.workers ?? Math.min(MOST_WORKERS, availableParallelism());
    await Promise.all(Array.from({ length: Math.min(workers, campaign.numbers.length) }, work));
    return results.sort((a, b) => a.number - b.number);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function prepare({ seeds, campaign, subject }: Campaign, root: string): Job {
  const folder = makeModelFolder(root);
  mkdirSync(join(root, 'seeds'));
  const files = seeds.map(({ name, bytes }) => {
    const path = join(root, 'seeds', name);
    writeFileSync(path, bytes);
    return { name, path };
  });
  return { seeds: files, campaign, folder, subject: subject ?? OWN_SUBJECT };
}

function tookTooMuch({ verdict }: Measured): boolean {
  return verdict === 'too slow' || verdict === 'too big';
}

/** `isLost`: its worker had to be ended, or ended by itself. */
type Judged = Measured & { readonly isLost: boolean };

/** The last word on a mutant: what its worker found, unless it took more than it may or the worker is lost. */
function judged(mutator: Mutator, number: number, outcome: Measured | Loss, limits: Limits): Judged {
  if ('lost' in outcome) {
    const { what } = mutator.mutant(number);
    const nothing = { number, what, isLost: true, milliseconds: 0, grownBytes: 0 };
    const { hangMilliseconds, bytes } = limits;
    switch (outcome.lost) {
      case 'hung': {
        const detail = `no answer within ${hangMilliseconds} ms`;
        return { ...nothing, verdict: 'too slow', detail, milliseconds: hangMilliseconds };
      }
      case 'grew':
        return { ...nothing, verdict: 'too big', detail: 'memory ran out', grownBytes: bytes };
      default:
        return { ...nothing, verdict: 'crash', detail: outcome.how };
    }
  }
  const result = { ...outcome, isLost: false };
  if (isFailure(result.verdict)) return result;
  if (result.milliseconds > limits.milliseconds)
    return { ...result, verdict: 'too slow', detail: `${Math.round(result.milliseconds)} ms` };
  if (result.grownBytes > limits.bytes)
    return { ...result, verdict: 'too big', detail: `${result.grownBytes} bytes` };
  return result;
}
