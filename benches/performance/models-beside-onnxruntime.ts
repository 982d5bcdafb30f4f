import { readFileSync } from 'node:fs';
import { onnxQdqModel } from '../../src/exporters/onnx-qdq/write.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import type { OnnxModel } from '../../src/formats/onnx.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import { IntegerRunner, networkOf } from '../../src/index.js';
import { arrayMacs } from '../../src/lower/workload/workload.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { Random } from '../../src/core/random.js';
import { inversePermutation, permuteShape, elementCount } from '../../src/tensor/shape.js';
import { storageType, tensorFrom } from '../../src/tensor/tensor.js';
import { maxOf, minOf } from '../../src/arith/int-format.js';
import { formatOf } from '../../src/kernels/fast/operands.js';
import { onnxRuntime, singleThreadSession, type Ort } from './onnxruntime.js';
import { digits, measured, skipped, type Effort, type Results } from './results.js';
import { geometricMean, interleaved, repeated } from './rounds.js';
import { integerGraph, MODEL_NAMES, NO_SHARED, sharedModel, type ModelName } from './shared-models.js';
import { withUnsignedActivations } from './unsigned-activations.js';

const EVERY_SIGNED = {
  what: 'int8 × int8 of ONNX Runtime against a model, the model with the smallest ratio',
  unit: '×',
  mark: { atLeast: 1 },
} as const;
const MEAN_SIGNED = {
  what: 'int8 × int8 of ONNX Runtime against all models, geometric mean',
  unit: '×',
  mark: { atLeast: 2.5 },
} as const;
const MEAN_UNSIGNED = {
  what: 'uint8 × int8 of ONNX Runtime against all models, geometric mean',
  unit: '×',
  mark: { atLeast: 0.35 },
} as const;
const MEAN_CONVERTED = {
  what: 'int8 models as ONNX Runtime runs them unless told otherwise, activations made uint8 inside, geometric mean',
  unit: '×',
  mark: null,
} as const;
const CLAIMS = [EVERY_SIGNED, MEAN_SIGNED, MEAN_UNSIGNED, MEAN_CONVERTED];

/** Milliseconds of processor time for one input, and how many times as long ONNX Runtime takes. */
interface ModelTimes {
  readonly model: ModelName;
  readonly bitmacMs: number;
  readonly signedMs: number;
  readonly convertedMs: number;
  readonly unsignedMs: number;
  readonly signedRatio: number;
  readonly convertedRatio: number;
  readonly unsignedRatio: number;
}

/**
 * Each model as an integer graph here and as QDQ there (the file itself, or an export of it): the same layers on the same grids, one
 * thread. We take codes, ONNX Runtime the real numbers they stand for.
 */
export async function modelsBesideOnnxRuntime(effort: Effort): Promise<Results> {
  const files = MODEL_NAMES.map((model) => [model, sharedModel(model)] as const);
  if (files.some(([, file]) => file === null)) return skipped(CLAIMS, NO_SHARED);
  const ort = onnxRuntime();
  if (ort === null) return skipped(CLAIMS, 'onnxruntime-node could not be installed');
  const times: ModelTimes[] = [];
  for (const [model, file] of files as readonly (readonly [ModelName, string])[]) {
    const graph = await integerGraph(file);
    const onnx = file.endsWith('.onnx') ? parseOnnxModel(readFileSync(file)) : onnxQdqModel(graph);
    times.push({ model, ...(await timesOf(ort, graph, onnx, effort)) });
  }
  return resultsOf(times);
}

function resultsOf(times: readonly ModelTimes[]): Results {
  const slowest = times.toSorted((a, b) => a.signedRatio - b.signedRatio)[0]!;
  const ratiosOf = ({ signedRatio, convertedRatio, unsignedRatio }: ModelTimes): number[] => [
    signedRatio,
    convertedRatio,
    unsignedRatio,
  ];
  const means = [0, 1, 2].map((path) => geometricMean(times.map((each) => ratiosOf(each)[path]!)));
  const [signed, converted, unsigned] = means as [number, number, number];
  const cells = times.map((each) => [
    each.model,
    ...[each.bitmacMs, each.signedMs, each.convertedMs, each.unsignedMs, ...ratiosOf(each)].map(digits),
  ]);
  return {
    rows: [
      measured(EVERY_SIGNED, slowest.signedRatio, slowest.model),
      measured(MEAN_SIGNED, signed),
      measured(MEAN_UNSIGNED, unsigned),
      measured(MEAN_CONVERTED, converted),
    ],
    tables: [
      {
        title: 'Models beside ONNX Runtime',
        header: [
          'model',
          'bitmac, ms',
          'int8 × int8, ms',
          'int8 made uint8, ms',
          'uint8 × int8, ms',
          'int8 × int8 / bitmac',
          'int8 made uint8 / bitmac',
          'uint8 × int8 / bitmac',
        ],
        cells: [...cells, ['geometric mean', '', '', '', '', ...means.map(digits)]],
      },
    ],
  };
}

async function timesOf(
  ort: Ort,
  graph: IntGraph,
  model: OnnxModel,
  { rounds }: Effort,
): Promise<Omit<ModelTimes, 'model'>> {
  const random = new Random(6);
  const [port] = graph.inputs;
  const { shape } = graph.values.get(port!.value)!;
  const outside =
    port!.permutation === null ? shape : permuteShape(shape, inversePermutation(port!.permutation));
  const count = elementCount(outside);
  const format = formatOf(graph.values.get(port!.value)!);
  const values = Array.from({ length: count }, () => random.integer(minOf(format), maxOf(format)));
  const codes = tensorFrom(storageType(format), outside, values);
  const runner = new IntegerRunner(graph);
  const [reals] = runner.realInputs([codes]);
  const signedModel = writeOnnxModel(model);
  const [signed, converted, unsigned] = await Promise.all([
    singleThreadSession(ort, signedModel, { keepsInt8: true }),
    singleThreadSession(ort, signedModel, { keepsInt8: false }),
    singleThreadSession(ort, writeOnnxModel(withUnsignedActivations(model)), { keepsInt8: false }),
  ]);
  const feeds = { [port!.name]: new ort.Tensor('float32', reals!.data, outside) };
  const repeats = Math.max(1, Math.round(20_000_000 / macsOf(graph)));
  const contenders = {
    bitmac: repeated(() => runner.run([codes]), repeats),
    signed: repeated(() => signed.run(feeds), repeats),
    converted: repeated(() => converted.run(feeds), repeats),
    unsigned: repeated(() => unsigned.run(feeds), repeats),
  };
  const taken = await interleaved(contenders, { rounds, warmUp: 10 });
  return {
    bitmacMs: taken.medianMs('bitmac') / repeats,
    signedMs: taken.medianMs('signed') / repeats,
    convertedMs: taken.medianMs('converted') / repeats,
    unsignedMs: taken.medianMs('unsigned') / repeats,
    signedRatio: taken.ratio('signed', 'bitmac'),
    convertedRatio: taken.ratio('converted', 'bitmac'),
    unsignedRatio: taken.ratio('unsigned', 'bitmac'),
  };
}

function macsOf(graph: IntGraph): number {
  return networkOf(graph).layers.reduce(
    (sum, { workload }) => sum + (workload.kind === 'array' ? arrayMacs(workload) : 0),
    0,
  );
}
