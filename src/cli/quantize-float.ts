import { basename } from 'node:path';
import { namingFile, UserError } from '../core/errors.js';
import { Random } from '../core/random.js';
import { outsideShape } from '../importers/dataset/input-rows.js';
import { preprocessingText, type Preprocessing } from '../importers/dataset/preprocessing.js';
import type { FloatGraph } from '../ir/graph.js';
import { toInside } from '../kernels/ports.js';
import type { CalibrationSet } from '../ptq/observe/calibrate.js';
import { quantize, type QuantizedModel } from '../ptq/quantize.js';
import type { Recipe } from '../ptq/recipe.js';
import { elementCount } from '../tensor/shape.js';
import { tensor } from '../tensor/tensor.js';
import { openDataSet } from './data-set.js';
import { readGivenGrids } from './given-grids.js';
import type { Io } from './io.js';
import type { CalibrationArguments } from './options/model-options.js';
import { threadsFrom, type ThreadArguments } from './options/thread-options.js';

/** Quantizes with the data the user named, or with random numbers where they said `--data-free`. */
export async function quantizeFloat(
  io: Io,
  path: string,
  graph: FloatGraph,
  args: CalibrationArguments & Partial<ThreadArguments>,
  preprocessing: Preprocessing,
  recipe: Recipe,
): Promise<QuantizedModel> {
  const given = args.encodings === undefined ? null : await readGivenGrids(io, args.encodings);
  const samples = await calibrationSamples(io, path, graph, args, preprocessing);
  const model = namingFile(path, () =>
    quantize(graph, samples, {
      recipe,
      threads: threadsFrom(args),
      ...(given === null ? {} : { grids: given }),
      metadata: { source: basename(path), preprocessing: preprocessingText(preprocessing) },
      progress: (done, total) => io.progress(done === total ? '' : `calibrating ${done}/${total}`),
    }),
  );
  for (const text of model.warnings) io.note(`bitmac: ${args.encodings}: ${text}`);
  return model;
}

const DEFAULT_CALIBRATION_ROWS = 200;
const DATA_FREE_SAMPLES = 2;

async function calibrationSamples(
  io: Io,
  path: string,
  graph: FloatGraph,
  args: CalibrationArguments,
  preprocessing: Preprocessing,
): Promise<CalibrationSet> {
  if (args.calibration !== undefined) {
    if (args['data-free']) {
      throw new UserError({ place: '--data-free', found: '--calibration too', expected: 'one of them' });
    }
    const data = await openDataSet(
      io,
      graph,
      args.calibration,
      { option: '--calibration-rows', text: args['calibration-rows'] },
      preprocessing,
    );
    const rows =
      args['calibration-rows'] === undefined ? data.rows.slice(0, DEFAULT_CALIBRATION_ROWS) : data.rows;
    return rows.map((row) => data.inputs(row).map((input, index) => toInside(graph.inputs[index]!, input)));
  }
  if (args['calibration-rows'] !== undefined) {
    throw new UserError({
      place: '--calibration-rows',
      found: 'no --calibration',
      expected: 'data to take the rows of',
    });
  }
  if (args.encodings !== undefined && !args['data-free']) return [];
  if (!args['data-free']) {
    throw new UserError({
      file: path,
      found: 'a float model and no calibration data',
      expected: '--calibration <data>',
      suggestion: 'or say --data-free: cycles, traffic and energy do not depend on values',
    });
  }
  io.note('bitmac: --data-free: ranges come from random inputs, so output values mean nothing');
  const random = new Random(1);
  return Array.from({ length: DATA_FREE_SAMPLES }, () =>
    graph.inputs.map((port) => {
      const shape = outsideShape(graph, port);
      const data = Float32Array.from({ length: elementCount(shape) }, () => random.normal());
      return toInside(port, tensor('float32', shape, data));
    }),
  );
}
