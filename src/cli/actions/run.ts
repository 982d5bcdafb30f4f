import { writeNpy } from '../../formats/npy.js';
import type { PlainArray } from '../../formats/elements.js';
import { AccumulatorSimulation } from '../../engine/accumulators.js';
import { RowRunner } from '../../engine/rows/row-runner.js';
import { IntegerRunner } from '../../engine/run.js';
import { fastestKernels, type IntegerKernels } from '../../kernels/integer-kernels.js';
import { referenceKernels } from '../../kernels/reference/index.js';
import { accumulatorsData, renderMeasuredAccumulators } from '../../report/accumulators-text.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ThreadCount } from '../../threads/thread-count.js';
import type { RunArguments } from '../commands/run.js';
import { openDataSet, type DataSet } from '../data-set.js';
import { memoryUse, type Io } from '../io.js';
import { integerModel } from '../model-source.js';
import { accumulatorFormatFrom } from '../options/accumulator-options.js';
import { threadsFrom } from '../options/thread-options.js';
import { describeOutputs } from '../outputs.js';

/** Wide enough for every sum of an integer graph: what is measured with when no width is named. */
const WIDE = { bits: 32, overflow: 'trap' } as const;

/** A stored row, and what the model makes of it. */
interface RowOfOutputs {
  readonly row: number;
  readonly outputs: readonly Tensor[];
}

const REFERENCE: IntegerKernels = { kernels: referenceKernels };

/** `bitmac run`: exact outputs, row by row. */
export async function runModel(io: Io, args: RunArguments): Promise<void> {
  const format = accumulatorFormatFrom(args);
  const threads = threadsFrom(args);
  const { integer, preprocessing } = await integerModel(io, args.model, args);
  const { kernels, store } = args.kernels === 'reference' ? REFERENCE : fastestKernels();
  const accumulators = new AccumulatorSimulation(integer, format ?? WIDE, {
    measureAll: args.accumulators,
    kernels,
  });
  const isPlain = args.kernels === 'fast' && !accumulators.isNeeded;
  const integerRunner = isPlain
    ? new IntegerRunner(integer)
    : new IntegerRunner(integer, accumulators.kernels, store);
  const data = await openDataSet(
    io,
    integer,
    args.input,
    { option: '--rows', text: args.rows },
    preprocessing,
  );
  // A row alone leaves other threads idle: where the caller wants them, they share its layers.
  const splits = isPlain && data.rows.length === 1 && threads !== 'auto' && threads > 1;
  if (splits) integerRunner.splitLayers(threads);
  const results = outputsOfRows(io, integerRunner, threads, data, args.real);
  io.progress('');

  if (args.output !== undefined)
    await io.writeFile(args.output, writeNpy(stacked(results.map((r) => r.outputs[0]!))));
  const report = args.accumulators ? { model: args.model, format, layers: accumulators.layers() } : null;
  if (args.json) {
    const outputs = results.map(({ row, outputs }) => ({
      row,
      outputs: outputs.map(({ type, shape, data: values }, index) => ({
        name: integer.outputs[index]!.name,
        type,
        shape,
        values: Array.from(values),
      })),
    }));
    const sums = report === null ? {} : { accumulators: accumulatorsData(report) };
    io.out(JSON.stringify({ model: args.model, rows: outputs, ...sums, memory: memoryUse(io) }));
    return;
  }
  for (const { row, outputs } of results) io.out(`row ${row}\n${describeOutputs(integer, outputs)}`);
  if (report !== null) io.out(renderMeasuredAccumulators(report));
  if (args.output !== undefined) io.note(`bitmac: wrote ${args.output}`);
}

function outputsOfRows(
  io: Io,
  integerRunner: IntegerRunner,
  threads: ThreadCount,
  data: DataSet,
  areReal: boolean,
): RowOfOutputs[] {
  const runner = new RowRunner(integerRunner, null, threads);
  const results: RowOfOutputs[] = [];
  try {
    for (const { integer } of runner.run(inputsOfRows(data))) {
      results.push({ row: data.rows[results.length]!, outputs: areReal ? integer.reals : integer.codes });
      io.progress(`running row ${results.length}/${data.rows.length}`);
    }
  } finally {
    runner.close();
    integerRunner.close();
  }
  return results;
}

/** The inputs of the rows that were chosen, each read when it is asked for. */
function* inputsOfRows({ rows, inputs }: DataSet): Generator<readonly Tensor[]> {
  for (const row of rows) yield inputs(row);
}

/** One array of all rows: [rows · batch, …]. */
function stacked(outputs: readonly Tensor[]): PlainArray {
  const [first] = outputs;
  const { type, shape } = first!;
  const data = first!.data.slice(0, 0).constructor as new (length: number) => Tensor['data'];
  const all = new data(outputs.length * first!.data.length);
  outputs.forEach((output, row) => all.set(output.data, row * output.data.length));
  return { type, shape: [outputs.length * (shape[0] ?? 1), ...shape.slice(1)], data: all } as PlainArray;
}
