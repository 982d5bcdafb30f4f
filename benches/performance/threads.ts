import { IntegerRunner } from '../../src/engine/run.js';
import { RowRunner } from '../../src/engine/rows/row-runner.js';
import { outsideShape } from '../../src/importers/dataset/input-rows.js';
import { Random } from '../../src/core/random.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { elementCount } from '../../src/tensor/shape.js';
import { tensor, type Tensor } from '../../src/tensor/tensor.js';
import { digits, measured, skipped, type Claim, type Effort, type Results, type Row } from './results.js';
import { interleaved, repeated } from './rounds.js';
import { integerGraph, NO_SHARED, sharedModel, type ModelName } from './shared-models.js';

const MODELS = ['mobilenet_v2', 'resnet8'] as const;
const BATCH = 8;

/** One after the other in a round, of a model whose batch takes some milliseconds. */
const BATCHES: { readonly [M in ModelName]?: number } = { resnet8: 16 };

/** Until V8 compiles no more: its own threads take the processors that the rows are to have. */
const WARM_UP = 30;

/** Rounds in the place of each: what else the machine does hits two threads much more often than one. */
const MORE_ROUNDS = 5;

const claimOf = (model: ModelName): Claim => ({
  what: `two threads on a batch of 8, of one thread, wall time, ${model}`,
  unit: '×',
  mark: { atLeast: 1.8 },
});

const MODELS_OF_LARGE_LAYERS = ['mobilenet_v2', 'squeezenet'] as const;

const layersClaimOf = (model: ModelName): Claim => ({
  what: `two threads on the layers of one input, of one thread, wall time, ${model}`,
  unit: '×',
  mark: null,
});

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

async function race(model: ModelName, file: string, { rounds }: Effort): Promise<Row> {
  const batches = BATCHES[model] ?? 1;
  const graph = await integerGraph(file);
  const random = new Random(1);
  const rows = Array.from({ length: BATCH }, () => randomInputs(graph, random));
  const runners = [1, 2].map((threads) => new RowRunner(new IntegerRunner(graph), null, threads));
  const [one, two] = runners.map((runner) => {
    for (const outputs of runner.run(rows.slice(0, 1))) void outputs;
    runner.assemble();
    const batch = (): void => {
      for (const outputs of runner.run(rows)) void outputs;
    };
    return repeated(batch, batches);
  });
  const taken = await interleaved(
    { one: one!, two: two! },
    { rounds: MORE_ROUNDS * rounds, warmUp: WARM_UP },
  );
  for (const runner of runners) runner.close();
  const most = 2 * taken.ratio('one', 'two');
  const rowMs = taken.medianMs('one', 'wallMs') / BATCH / batches;
  return measured(
    claimOf(model),
    taken.ratio('one', 'two', 'wallMs'),
    `${digits(rowMs)} ms a row in one thread; two free cores would give at most ${digits(most)} by processor time`,
  );
}

async function raceOfLayers(model: ModelName, file: string, { rounds }: Effort): Promise<Row> {
  const graph = await integerGraph(file);
  const inputs = randomInputs(graph, new Random(1));
  const [one, two] = [new IntegerRunner(graph), new IntegerRunner(graph)];
  two.splitLayers(2);
  two.assemble();
  const contenders = { one: () => one.run(inputs), two: () => two.run(inputs) };
  const taken = await interleaved(contenders, { rounds: MORE_ROUNDS * rounds, warmUp: WARM_UP });
  two.close();
  const [oneMs, twoMs] = [taken.medianMs('one', 'wallMs'), taken.medianMs('two', 'wallMs')];
  return measured(
    layersClaimOf(model),
    taken.ratio('one', 'two', 'wallMs'),
    `${digits(oneMs)} ms in one thread, ${digits(twoMs)} ms in two`,
  );
}

/** A batch, and one input, in one thread and in two that are ready. Wall time means something only while nothing else runs. */
export async function threads(effort: Effort): Promise<Results> {
  const races = [
    ...MODELS.map((model) => ({ model, claim: claimOf(model), run: race })),
    ...MODELS_OF_LARGE_LAYERS.map((model) => ({ model, claim: layersClaimOf(model), run: raceOfLayers })),
  ];
  const claims = races.map(({ claim }) => claim);
  const rows: Row[] = [];
  for (const { model, run } of races) {
    const file = sharedModel(model);
    if (file === null) return skipped(claims, NO_SHARED);
    rows.push(await run(model, file, effort));
  }
  return { rows, tables: [] };
}
