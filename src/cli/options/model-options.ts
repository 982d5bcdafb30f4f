import type { InferredOptionTypes, Options } from 'yargs';
import { UserError } from '../../core/errors.js';
import type { Shape } from '../../tensor/shape.js';

export const modelOptions = {
  'input-shape': {
    type: 'string',
    array: true,
    describe: 'fix the shape of an input: image=1x3x224x224 (only for a model that leaves it open)',
  },
} as const satisfies Record<string, Options>;

export type ModelArguments = InferredOptionTypes<typeof modelOptions>;

export const semanticsOptions = {
  semantics: {
    type: 'string',
    describe:
      'of an already quantized model: tflite-reference, tflite-xnnpack, tflite-micro, onnxruntime, or a requantizer (default: that of its format)',
  },
} as const satisfies Record<string, Options>;

export type SemanticsArguments = Partial<InferredOptionTypes<typeof semanticsOptions>>;

/** The heading of what only matters while a float model is quantized. */
export const QUANTIZING = 'To quantize a float model:';

/** Options of the commands that may have to quantize first. */
export const calibrationOptions = {
  calibration: {
    group: QUANTIZING,
    type: 'string',
    array: true,
    describe: 'data to calibrate with: a file, file.npz#array, or input=file for several inputs',
  },
  'calibration-rows': {
    group: QUANTIZING,
    type: 'string',
    describe: 'rows to calibrate with: 0:100, ::4 (default: the first 200)',
  },
  encodings: {
    group: QUANTIZING,
    type: 'string',
    describe: 'grids from an AIMET encodings file (0.6.1, 1.0.0); the rest is calibrated',
  },
  'data-free': {
    group: QUANTIZING,
    type: 'boolean',
    describe: 'calibrate with random numbers: cycles, traffic and energy are right, values are not',
  },
} as const satisfies Record<string, Options>;

export type CalibrationArguments = InferredOptionTypes<typeof calibrationOptions>;

/** `image=1x3x224x224` as name and shape. */
export function inputShapesFrom(args: ModelArguments): ReadonlyMap<string, Shape> {
  return new Map((args['input-shape'] ?? []).map(parseInputShape));
}

function parseInputShape(text: string): [string, Shape] {
  const at = text.lastIndexOf('=');
  const shape = text
    .slice(at + 1)
    .split('x')
    .map(Number);
  const valid = shape.length > 0 && shape.every((extent) => Number.isInteger(extent) && extent > 0);
  if (at > 0 && valid) return [text.slice(0, at), shape];
  throw new UserError({ place: '--input-shape', found: `'${text}'`, expected: 'name=1x3x224x224' });
}
