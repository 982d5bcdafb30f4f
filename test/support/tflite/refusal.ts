import { UserError } from '../../../src/core/errors.js';
import type { TfliteBuiltin } from '../../../src/formats/tflite-builtins.js';
import { parseModel } from '../../../src/importers/load-model.js';
import { writeTflite, type TensorToWrite } from '../tflite-writer.js';
import { constant, described, fed, oneOperator, type Part } from './model-parts.js';

/** An operator that is refused: the model is `m.tflite`, its tensors are `t0`, `t1`, … in the order of inputs and outputs. */
export interface Refused {
  readonly name: TfliteBuiltin;
  readonly why: string;
  readonly inputs: readonly (Part | null)[];
  /** Left out: `same`. */
  readonly outputs?: readonly TensorToWrite[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** What is said after the name of the file. */
  readonly message: string;
}

export const grid = [0.5, 0] as const;
/** An int8 image of 2 x 2 pixels, and a result like it. */
export const image = fed('int8', [1, 2, 2, 1], [1, 2, 3, 4], grid);
export const same = described('int8', [1, 2, 2, 1], grid);
/** Of one pixel. */
export const weights = constant('int8', [1, 1, 1, 1], [3], grid);
export const conv = { padding: 'SAME', strideH: 1, strideW: 1 };

/** The one message of a refusal; what is not refused is `accepted`. Throws on whatever else goes wrong. */
export function refusal(bytes: Uint8Array): string {
  try {
    parseModel(bytes, { file: 'm.tflite' });
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'accepted';
}

export function refusalOf({ name, inputs, outputs = [same], options = {} }: Refused): string {
  return refusal(writeTflite(oneOperator(name, inputs, outputs, options).subgraph));
}
