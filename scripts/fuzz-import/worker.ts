/** The process in which mutants are made and read: a number comes in, a judgement goes out. Started by `worker-process.ts`. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFailure, judge, type Finding, type Read } from './judge.js';
import { Mutator } from './mutator.js';
import { formatOf, type ModelFormat, type Seed } from './seeds.js';

/** What a worker is told when it starts. */
export interface Job {
  readonly seeds: readonly { readonly name: string; readonly path: string }[];
  readonly campaign: number;
  /** Models are read as if they lay here. */
  readonly folder: string;
  /** URL of a module like `subject.ts`. */
  readonly subject: string;
}

/** What became of a mutant, and what it took. */
export interface Measured extends Finding {
  readonly number: number;
  readonly what: string;
  /** Of the slowest reader: processor time or elapsed time, whichever is less. */
  readonly milliseconds: number;
  /** By which memory grew beyond what the worker had when it began. */
  readonly grownBytes: number;
}

const job = JSON.parse(process.argv[2]!) as Job;
const { readersOf } = (await import(job.subject)) as { readersOf: (format: ModelFormat) => readonly Read[] };
const seeds: readonly Seed[] = job.seeds.map(({ name, path }) => ({ name, bytes: readFileSync(path) }));
const mutator = new Mutator(seeds, job.campaign);
const BYTES_PER_KIB = 1024;
const idleBytes = process.memoryUsage.rss();

function measure(number: number): Measured {
  const { what, bytes } = mutator.mutant(number);
  const seed = mutator.seedOf(number);
  const before = { own: ownBytes(), peak: peakBytes() };
  let worst: Finding = { verdict: 'graph', detail: '' };
  let milliseconds = 0;
  for (const read of readersOf(formatOf(seed.bytes))) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const finding = judge(read, bytes, join(job.folder, seed.name));
    const { user, system } = process.cpuUsage(cpu);
    milliseconds = Math.max(milliseconds, Math.min(performance.now() - start, (user + system) / 1000));
    if (isFailure(finding.verdict) || worst.verdict === 'graph') worst = finding;
    if (isFailure(worst.verdict)) break;
  }
  const peak = peakBytes();
  const resident = peak > before.peak ? peak - idleBytes : 0; // a peak that stood before is another's
  return { number, what, ...worst, milliseconds, grownBytes: Math.max(resident, ownBytes() - before.own, 0) };
}

/** The most memory the process has ever had at once. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * BYTES_PER_KIB;
}

/** What is allocated, also where the system has not given the pages yet. */
function ownBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

process.chdir(dirname(job.folder));
process.on('message', (number: number) => process.send!(measure(number)));
process.on('disconnect', () => process.exit());
process.send!('ready');
