/**
 * Millions of PE-updates a second of the register engine with all that belongs to a run: operands out of the buffers, sums into the
 * accumulators, codes out of the requantizer, loads and stores. 3 x 3 convolutions on arrays of several forms, each in a process of
 * its own: its first run, the median of the nine after it, and the median of 9 rounds after a warm-up, in processor time of all
 * threads, V8's compilers among them; beside them what the mesh of such a machine alone does, if it is one with weights that stay.
 *
 * Run it: `npx tsx benches/register-runs.ts`.
 */
import { INT32, INT8, type IntFormat } from '../src/arith/int-format.js';
import { Random } from '../src/core/random.js';
import { LayerPlanner } from '../src/engine/layer-plan.js';
import { networkOf } from '../src/engine/layer.js';
import { runLayerOnRegisters } from '../src/engine/registers/register-layer.js';
import type { Accelerator } from '../src/hw/accelerator.js';
import { loadAccelerator } from '../src/index.js';
import { GraphBuilder } from '../src/ir/builder.js';
import type { IntGraph, Port, ValueType } from '../src/ir/graph.js';
import type { IntConv2d } from '../src/ir/ops/conv2d.js';
import type { IntNode } from '../src/ir/operators.js';
import { elementCount, type Shape } from '../src/tensor/shape.js';
import { storageType, tensorFrom, type Tensor } from '../src/tensor/tensor.js';
import { geometryOf } from './convolution-race.js';
import { inOwnProcess } from './performance/own-process.js';
import { contestOf } from './performance/register-meshes.js';
import { interleaved, repeated, timed } from './performance/rounds.js';

/** A convolution of as many channels as it has outputs. */
interface Layer {
  readonly size: number;
  readonly channels: number;
}

/** A preset, or one like it with as many rows as columns. */
interface Machine {
  readonly preset: string;
  readonly side: number;
}

interface Case extends Layer, Machine {}

interface Speeds {
  readonly cycles: number;
  readonly first: number;
  readonly next: number;
  readonly warm: number;
  readonly mesh: number | null;
}

const CASES: readonly Case[] = [
  { preset: 'systolic-16x16-ws', side: 16, size: 16, channels: 32 },
  { preset: 'systolic-16x16-ws', side: 16, size: 56, channels: 64 },
  { preset: 'whitepaper-16x16', side: 16, size: 56, channels: 64 },
  { preset: 'systolic-16x16-ws', side: 128, size: 16, channels: 32 },
];

const WARM_UP_MS = 3000;

/** Short beside it are the ticks of a clock. */
const ROUND_MS = 50;

const integers = (format: IntFormat): ValueType => ({ kind: 'int', format, quantization: null });
const port = (value: string): Port => ({ name: value, value, permutation: null });

/** A run of the layer on the machine, and its cycles. */
async function runOf({
  preset,
  side,
  size,
  channels,
}: Case): Promise<{ cycles: number; run: () => unknown }> {
  const random = new Random(1);
  const codes = (format: IntFormat, shape: Shape): Tensor =>
    tensorFrom(
      storageType(format),
      shape,
      Int32Array.from({ length: elementCount(shape) }, () => Math.floor(random.uniform(-128, 128))),
    );
  const x = codes(INT8, [1, size, size, channels]);
  const weights = codes(INT8, [channels, 3, 3, channels]);
  const biases = codes(INT32, [channels]);
  const layer = { what: '', size, channels, outputs: channels, kernel: 3, stride: 1, groups: 1 };
  const builder = new GraphBuilder<IntNode>();
  const node: IntConv2d = {
    ...geometryOf(layer),
    op: 'conv2d',
    name: 'conv',
    inputs: [
      builder.addInput('x', x.shape, integers(INT8)),
      builder.addConstant('weights', weights, integers(INT8)),
      builder.addConstant('biases', biases, integers(INT32)),
    ],
    output: 'result',
    inputZeroPoint: 3,
    weightZeroPoint: 0,
    requantizer: { kind: 'shift', rounding: 'halfUp', shifts: [9] },
    outputZeroPoint: 0,
    clamp: { min: -128, max: 127 },
  };
  builder.addNode(node, integers(INT8));
  const graph = builder.finish<IntGraph>('integer', 'bench', [port('x')], [port('result')], {});
  const machine = widened(await loadAccelerator(preset), side);
  const plan = new LayerPlanner(machine).plan(networkOf(graph).layers[0]!);
  const run = (): unknown => runLayerOnRegisters(node, graph, [x, weights, biases], plan, machine);
  return { cycles: plan.timeline.makespan, run };
}

/** The machine with another array, fed as fast. */
function widened(machine: Accelerator, side: number): Accelerator {
  if (machine.array.rows === side) return machine;
  const wide = <T extends { readonly bandwidthBytesPerCycle: number }>(buffer: T): T => ({
    ...buffer,
    bandwidthBytesPerCycle: side,
  });
  return {
    ...machine,
    array: { ...machine.array, rows: side, columns: side },
    activationBuffer: wide(machine.activationBuffer),
    weightBuffer: wide(machine.weightBuffer),
    outputBuffer: wide(machine.outputBuffer),
    requantizer: { ...machine.requantizer, lanes: side },
  };
}

const speed = (updates: number, ms: number): number => updates / ms / 1e3;

async function measure(measured: Case): Promise<Speeds> {
  const { cycles, run } = await runOf(measured);
  const updates = cycles * measured.side ** 2;
  const first = (await timed(run)).cpuMs;
  const next = await interleaved({ run }, { warmUp: 0, rounds: 9 });
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end;) run();
  const runs = Math.ceil(ROUND_MS / (await timed(run)).wallMs);
  const warm = await interleaved({ runs: repeated(run, runs) }, { warmUp: 0, rounds: 9 });
  return {
    cycles,
    first: speed(updates, first),
    next: speed(updates, next.medianMs('run')),
    warm: speed(runs * updates, warm.medianMs('runs')),
    mesh: measured.preset === 'systolic-16x16-ws' ? await meshSpeed(measured.side) : null,
  };
}

async function meshSpeed(side: number): Promise<number> {
  const { updates, registers } = contestOf('ws', side);
  const taken = await interleaved({ registers }, { rounds: 9 });
  return speed(updates, taken.medianMs('registers'));
}

const given = process.argv[2];
if (given !== undefined) {
  console.log(JSON.stringify(await measure(CASES[Number(given)]!)));
} else {
  console.log(`Million PE-updates a second; warm after ${WARM_UP_MS / 1000} s of runs.`);
  for (const [index, { preset, side, size, channels }] of CASES.entries()) {
    const speeds = await inOwnProcess<Speeds>('../register-runs.ts', [`${index}`]);
    const { cycles, first, next, warm, mesh } = speeds;
    const figures = [
      `${cycles} cycles`,
      `first run ${first.toFixed(0)}`,
      `next nine ${next.toFixed(0)}`,
      `warm ${warm.toFixed(0)}`,
      ...(mesh === null ? [] : [`mesh alone ${mesh.toFixed(0)}`]),
    ];
    console.log(`${size} x ${size} x ${channels} on ${preset}, ${side} x ${side}: ${figures.join(', ')}`);
  }
}
