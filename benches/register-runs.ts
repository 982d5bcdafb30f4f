/**
 * Cycles a second of the register engine with all that belongs to a run: operands out of the buffers, sums into the accumulators,
 * codes out of the requantizer, loads and stores. A 3x3 convolution, 16x16x32 to 32 channels, on arrays of two sizes.
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
import { interleaved } from './performance/rounds.js';

const [SIZE, CHANNELS] = [16, 32];

const random = new Random(1);
const codes = (format: IntFormat, shape: Shape): Tensor =>
  tensorFrom(
    storageType(format),
    shape,
    Int32Array.from({ length: elementCount(shape) }, () => Math.floor(random.uniform(-128, 128))),
  );
const integers = (format: IntFormat): ValueType => ({ kind: 'int', format, quantization: null });
const port = (value: string): Port => ({ name: value, value, permutation: null });

const [x, weights, biases] = [
  codes(INT8, [1, SIZE, SIZE, CHANNELS]),
  codes(INT8, [CHANNELS, 3, 3, CHANNELS]),
  codes(INT32, [CHANNELS]),
];
const layer = {
  what: '',
  size: SIZE,
  channels: CHANNELS,
  outputs: CHANNELS,
  kernel: 3,
  stride: 1,
  groups: 1,
};
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

function widened(machine: Accelerator, side: number): Accelerator {
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

const base = await loadAccelerator('systolic-16x16-ws');
const runs = [16, 128].map((side) => {
  const machine = widened(base, side);
  const plan = new LayerPlanner(machine).plan(networkOf(graph).layers[0]!);
  const run = (): unknown => runLayerOnRegisters(node, graph, [x, weights, biases], plan, machine);
  return { side, cycles: plan.timeline.makespan, run };
});
const taken = await interleaved(Object.fromEntries(runs.map(({ side, run }) => [side, run])), { warmUp: 1 });
for (const { side, cycles } of runs) {
  const perSecond = cycles / taken.medianMs(`${side}`);
  const updates = ((perSecond * side ** 2) / 1e3).toFixed(0);
  console.log(
    `${side}x${side}: ${cycles} cycles, ${perSecond.toFixed(1)} thousand a second, ${updates} million PEs`,
  );
}
