import { resnet } from '../examples/networks/resnet.js';
import { networkOf, type Network } from '../src/engine/layer.js';
import { AcceleratorBase } from '../src/hw/varied-accelerator.js';
import {
  parseModel,
  quantize,
  simulate,
  simulateShapes,
  sweep,
  type Accelerator,
  type IntGraph,
} from '../src/index.js';
import { importQuantized, TFLITE_MODELS } from '../test/support/recorded-runs.js';

/**
 * What it costs to choose mappings and to time them: MobileNetV2 and the shapes of ResNet-50 on two arrays each, and a sweep of
 * MobileNetV1 in two threads. Needs the shared models (`BITMAC_SHARED`, default `../shared`).
 *
 * Run it: `npx tsx benches/planning-marks.ts [points of the sweep …]`.
 */
const ROUNDS = 9;
const points = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1000];

/** Milliseconds of processor time, of all threads. */
function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function tflite(name: string): IntGraph {
  return importQuantized(
    TFLITE_MODELS.find((model) => model.name === name)!,
    'tflite-reference',
  );
}

function shapesOfResnet(): Network {
  const model = parseModel(resnet(50), { file: 'resnet50.onnx', shapesOnly: true });
  if (model.dialect !== 'float') throw new TypeError('this is a float model');
  return { ...networkOf(quantize(model, [], { shapesOnly: true }).graph), shapesOnly: true };
}

async function arrayOf(base: AcceleratorBase, side: number): Promise<Accelerator> {
  const changes = ['rows', 'columns'].map((field) => ({ field: ['array', field], value: side }));
  const { accelerator } = await base.with(changes, 'planning marks');
  return accelerator!;
}

/** Prints what a simulation takes the first time in the process, on machines it has not seen, and again on the last of them. */
function printCosts(name: string, machine: Accelerator, run: (machine: Accelerator) => void): void {
  const another = (round: number): Accelerator => ({
    ...machine,
    dram: { ...machine.dram, latencyCycles: machine.dram.latencyCycles + round },
  });
  const first = cpuMilliseconds(() => run(machine));
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const unseen = another(round + 1);
    return [cpuMilliseconds(() => run(unseen)), cpuMilliseconds(() => run(unseen))] as const;
  });
  const [unseen, again] = [0, 1].map((which) => median(rounds.map((each) => each[which]!)));
  const figures = [first, unseen!, again!].map((milliseconds) => `${milliseconds.toFixed(1)} ms`);
  console.log(
    `${name}: first of all ${figures.join(', another machine ')}`.replace(
      /(.*), another machine/,
      '$1, again',
    ),
  );
}

const base = await AcceleratorBase.load('systolic-16x16-ws');
const mobilenet = tflite('mobilenet_v2_1.0_224_ptq_int8');
for (const side of [16, 128]) {
  const machine = await arrayOf(base, side);
  printCosts(`mobilenet_v2 on ${side} x ${side}`, machine, (each) => simulate(mobilenet, each));
}
const shapes = shapesOfResnet();
for (const side of [32, 128]) {
  const machine = await arrayOf(base, side);
  printCosts(`resnet50 on ${side} x ${side}`, machine, (each) => simulateShapes(shapes, each));
}
const { rss } = process.memoryUsage();
console.log(`memory of the process: ${(rss / 2 ** 20).toFixed(0)} MiB`);

/** Array shapes x buffers x bandwidths, so many in all. */
function axesOf(count: number): string[] {
  const bandwidths = Array.from({ length: count / 100 }, (_, index) => `${4 + index}`);
  return [
    'array.rows=4,8,16,32,64',
    'array.columns=4,8,16,32,64',
    'activationBuffer.capacity=64KiB,128KiB',
    'weightBuffer.capacity=32KiB,64KiB',
    `dram.bandwidth=${bandwidths.map((each) => `${each} B/cycle`).join()}`,
  ];
}

const vww = tflite('mobilenetv1_int8');
for (const count of points) {
  const start = performance.now();
  const before = process.cpuUsage();
  const { points: done } = await sweep(vww, { hw: 'systolic-16x16-ws', vary: axesOf(count), threads: 2 });
  const { user, system } = process.cpuUsage(before);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const feasible = done.filter(({ figures }) => figures !== null).length;
  const cpu = ((user + system) / 1e6).toFixed(1);
  console.log(`sweep of ${count} points, ${feasible} feasible: ${seconds} s, ${cpu} s of processor time`);
}
