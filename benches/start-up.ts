import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Processor time of whole processes, user and system, in milliseconds: medians of interleaved rounds, and their ratio to Node
 * doing nothing.
 *
 * Run it, after `npm run build`: `npx tsx benches/start-up.ts [model [machine [rounds]]]`. It needs bash, whose `time` asks the system.
 */
const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const DIGITS = fileURLToPath(new URL('../examples/digits/digits.onnx', import.meta.url));
const [model = DIGITS, machine = 'systolic-16x16-ws', rounds = '9'] = process.argv.slice(2);
const dataFree = model.endsWith('.onnx') ? ['--data-free'] : [];

const commands = [
  { name: 'node -e 1', args: ['-e', '1'] },
  { name: 'bitmac --help', args: [MAIN, '--help'] },
  { name: 'bitmac simulate', args: [MAIN, 'simulate', model, '--hw', machine, ...dataFree] },
];

function cpuMilliseconds(args: readonly string[]): number {
  const script = `TIMEFORMAT='%U %S'; time "$@" > /dev/null 2> /dev/null`;
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const [user, system] = stderr.trim().split(' ').map(Number);
  return (user! + system!) * 1e3;
}

const samples = commands.map((): number[] => []);
for (let round = 0; round < Number(rounds); round += 1) {
  commands.forEach(({ args }, index) => samples[index]!.push(cpuMilliseconds(args)));
}
const medians = samples.map((times) => times.sort((a, b) => a - b)[times.length >> 1]!);
commands.forEach(({ name }, index) => {
  const median = medians[index]!;
  console.log(`${name}: ${median.toFixed(0)} ms, ${(median / medians[0]!).toFixed(2)} of node`);
});
