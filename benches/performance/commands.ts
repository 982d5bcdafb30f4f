import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resnet } from '../../examples/networks/resnet.js';
import type { MemoryUse } from '../../src/report/simulation-json.js';
import { digits, measured, skipped, type Claim, type Effort, type Results, type Row } from './results.js';
import { median, sampled, type Sample } from './rounds.js';
import { NO_SHARED, sharedModel } from './shared-models.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const MACHINE = 'systolic-16x16-ws';
const RESNET_SIDES = [32, 128];

const HELP = { what: '`bitmac --help`, whole process', unit: 'ms', mark: { atMost: 200 } } as const;
const RESNET8 = {
  what: '`bitmac simulate` of resnet8, whole process',
  unit: 'ms',
  mark: { atMost: 700 },
} as const;
const MOBILENET = {
  what: 'peak memory of `bitmac simulate` of mobilenet_v2, with Node itself',
  unit: 'MB',
  mark: { atMost: 250 },
} as const;
const resnetClaim = (side: number): Claim => ({
  what: `peak memory of \`bitmac simulate --shape-only\` of ResNet-50 on ${side} × ${side}, with Node itself`,
  unit: 'MB',
  mark: { atMost: 200 },
});

interface Finished extends Sample {
  readonly stdout: string;
}

/**
 * Runs Node to its end. Through bash: its `time` asks the system for the processor time of the process alone, and a process that a
 * small one starts does not begin with the peak memory of a large one.
 */
function finish(args: readonly string[]): Finished {
  const script = `TIMEFORMAT='%R %U %S'; time "$@" 2>&3`;
  const { status, stdout, stderr, output } = spawnSync(
    'bash',
    ['-c', script, 'bash', process.execPath, ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      maxBuffer: 2 ** 26,
    },
  );
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed: ${output[3]}`);
  const [wall, user, system] = stderr.trim().split(' ').map(Number) as [number, number, number];
  return { cpuMs: (user + system) * 1000, wallMs: wall * 1000, stdout };
}

/** Processor time of commands, started again and again. */
export async function startUp({ rounds }: Effort): Promise<Results> {
  const model = sharedModel('resnet8');
  const commands: Record<string, readonly string[]> = {
    node: ['-e', '1'],
    help: [MAIN, '--help'],
    ...(model !== null && { resnet8: [MAIN, 'simulate', model, '--hw', MACHINE] }),
  };
  const measures = Object.entries(commands).map(([name, args]) => [name, () => finish(args)] as const);
  const taken = await sampled(Object.fromEntries(measures), { rounds, warmUp: 1 });
  const row = (claim: Claim, name: string): Row =>
    measured(claim, taken.medianMs(name), `Node alone takes ${digits(taken.medianMs('node'))} ms`);
  const rest = model === null ? skipped([RESNET8], NO_SHARED).rows : [row(RESNET8, 'resnet8')];
  return { rows: [row(HELP, 'help'), ...rest], tables: [] };
}

/** The most memory that commands have: medians of processes. */
export async function peakMemory({ rounds }: Effort): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), 'bitmac-bench-'));
  try {
    const model = sharedModel('mobilenet_v2');
    const mobilenet =
      model === null
        ? skipped([MOBILENET], NO_SHARED).rows
        : [peak(MOBILENET, [model, '--hw', MACHINE], rounds)];
    const network = join(folder, 'resnet50.onnx');
    writeFileSync(network, resnet(50));
    const resnets = RESNET_SIDES.map((side) => {
      const machine = join(folder, `${side}.yaml`);
      writeFileSync(machine, `extends: ${MACHINE}\narray: { rows: ${side}, columns: ${side} }\n`);
      return peak(resnetClaim(side), [network, '--shape-only', '--hw', machine], rounds);
    });
    return { rows: [...mobilenet, ...resnets], tables: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function peak(claim: Claim, args: readonly string[], rounds: number): Row {
  const runs = Array.from({ length: rounds }, () => finish([MAIN, 'simulate', ...args, '--json']));
  const megabytes = runs.map(({ stdout }) => {
    const { memory } = JSON.parse(stdout) as { readonly memory: MemoryUse };
    return memory.peakResidentBytes / 1e6;
  });
  const cpuMs = median(runs.map((run) => run.cpuMs));
  return measured(claim, median(megabytes), `${digits(cpuMs)} ms of processor time, whole process`);
}
