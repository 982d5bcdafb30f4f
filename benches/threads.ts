import { loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { readFileSync } from 'node:fs';
import { IntegerRunner } from '../src/engine/run.js';
import { RowRunner } from '../src/engine/rows/row-runner.js';
import { parseModel } from '../src/importers/load-model.js';
import { outsideShape } from '../src/importers/dataset/input-rows.js';
import { Random } from '../src/core/random.js';
import type { IntGraph } from '../src/ir/graph.js';
import { elementCount } from '../src/tensor/shape.js';
import { tensor, type Tensor } from '../src/tensor/tensor.js';

/**
 * A batch of 8 images in one thread and in two that are ready: medians of interleaved rounds. Wall time means something only while
 * nothing else runs. `tsx benches/threads.ts [rounds]`;
 * models come from the folder in BITMAC_SHARED.
 */
const MODELS = {
  mobilenet_v2: 'coral-mobilenetv2-224-ptq/mobilenet_v2_1.0_224_ptq_int8.tflite',
  resnet8: 'mlperf-tiny-resnet8/resnet8_int8.tflite',
};
const BATCH = 8;
const WARM_ROUNDS = 2;
const rounds = Number(process.argv[2] ?? 9);

function randomInputs(graph: IntGraph, random: Random): Tensor[] {
  return graph.inputs.map((port) => {
    const shape = outsideShape(graph, port);
    return tensor(
      'float32',
      shape,
      Float32Array.from({ length: elementCount(shape) }, () => random.normal()),
    );
  });
}

interface Round {
  readonly wallMilliseconds: number;
  readonly cpuMilliseconds: number;
}

function round(runner: RowRunner, rows: readonly (readonly Tensor[])[]): Round {
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (const outputs of runner.run(rows)) void outputs;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMilliseconds: performance.now() - start, cpuMilliseconds: (user + system) / 1e3 };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

for (const [name, path] of Object.entries(MODELS)) {
  const file = `${process.env['BITMAC_SHARED']}/models/${path}`;
  const graph = parseModel(readFileSync(file), { file });
  if (graph.dialect !== 'integer') throw new TypeError(`${name} is not an integer model`);
  const random = new Random(1);
  const rows = Array.from({ length: BATCH }, () => randomInputs(graph, random));
  const runners = [1, 2].map((threads) => new RowRunner(new IntegerRunner(graph), null, threads));
  for (const runner of runners) {
    round(runner, rows.slice(0, 1));
    runner.assemble();
    for (let warm = 0; warm < WARM_ROUNDS; warm += 1) round(runner, rows);
  }
  const pairs = Array.from({ length: rounds }, () => runners.map((runner) => round(runner, rows)));
  const of = (what: (pair: readonly Round[]) => number): number => median(pairs.map(what));
  const wall = of(([one, two]) => one!.wallMilliseconds / two!.wallMilliseconds);
  const cpu = of(([one, two]) => one!.cpuMilliseconds / two!.cpuMilliseconds);
  console.log(
    `${name}: ${of(([one]) => one!.wallMilliseconds / BATCH).toFixed(1)} ms a row in one thread, ` +
      `${wall.toFixed(2)} times as fast in two (at most ${(2 * cpu).toFixed(2)} by CPU time), ` +
      `load average ${loadavg()[0]!.toFixed(1)}`,
  );
  for (const runner of runners) runner.close();
}
