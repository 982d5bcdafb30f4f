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
 * A batch of 8 images in two threads and in one, both ready: wall time, medians of interleaved rounds. `tsx benches/threads.ts [rounds]`;
 * models come from the folder in BITMAC_SHARED.
 */
const MODELS = {
  mobilenet_v2: 'coral-mobilenetv2-224-ptq/mobilenet_v2_1.0_224_ptq_int8.tflite',
  resnet8: 'mlperf-tiny-resnet8/resnet8_int8.tflite',
};
const BATCH = 8;
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

function milliseconds(runner: RowRunner, rows: readonly (readonly Tensor[])[]): number {
  const start = performance.now();
  for (const outputs of runner.run(rows)) void outputs;
  return performance.now() - start;
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
    milliseconds(runner, rows.slice(0, 1));
    runner.assemble();
    for (let warm = 0; warm < 3; warm += 1) milliseconds(runner, rows);
  }
  const times = runners.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, runner] of runners.entries()) times[index]!.push(milliseconds(runner, rows));
  }
  const [one, two] = times.map(median) as [number, number];
  const ratios = times[0]!.map((time, round) => time / times[1]![round]!);
  console.log(
    `${name}: one thread ${one.toFixed(1)} ms, two ${two.toFixed(1)} ms for ${BATCH} rows, ` +
      `ratio ${median(ratios).toFixed(2)}; load average ${loadavg()[0]!.toFixed(1)}`,
  );
  for (const runner of runners) runner.close();
}
