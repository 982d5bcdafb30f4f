import { storedBytes } from './stored-bytes.js';
import type { TfliteBuiltin } from '../../../src/formats/tflite-builtins.js';
import type { TfliteType } from '../../../src/formats/tflite-types.js';
import { tensorFrom, type ElementType, type Tensor } from '../../../src/tensor/tensor.js';
import type { OperatorToWrite, SubgraphToWrite, TensorToWrite } from '../tflite-writer.js';
import { runWritten, type ImportedRun } from './run-imported.js';

/** A tensor of a model under test, and what it holds. */
export interface Part {
  readonly tensor: TensorToWrite;
  /** Fed where the tensor is an activation. */
  readonly values: readonly number[];
}

type Grid = readonly [scale: number | readonly number[], zeroPoint: number, axis?: number];

/** A tensor of codes on a grid, or of numbers without one. Scales become float32. */
export function described(type: TfliteType, shape: readonly number[], grid?: Grid): TensorToWrite {
  if (grid === undefined) return { type, shape };
  const [scale, zeroPoint, axis = 0] = grid;
  const scales = [scale].flat().map(Math.fround);
  return { type, shape, quantization: { scales, zeroPoints: scales.map(() => zeroPoint), axis } };
}

/** An activation. */
export function fed(
  type: TfliteType,
  shape: readonly number[],
  values: readonly number[],
  grid?: Grid,
): Part {
  return { tensor: described(type, shape, grid), values };
}

/** A constant. */
export function constant(
  type: TfliteType,
  shape: readonly number[],
  values: readonly number[],
  grid?: Grid,
): Part {
  const { tensor } = fed(type, shape, values, grid);
  return { tensor: { ...tensor, data: storedBytes(type, values) }, values };
}

/** int32 parameters: axes, sizes, pads. */
export const integers = (values: readonly number[], shape: readonly number[] = [values.length]): Part =>
  constant('int32', shape, values);

/** A model of one operator; an input that is null is left out. Tensors that hold no elements, and `unused` ones after them, are inputs of the model. */
export function oneOperator(
  name: TfliteBuiltin,
  inputs: readonly (Part | null)[],
  outputs: readonly TensorToWrite[],
  options: Readonly<Record<string, unknown>> = {},
  unused: readonly Part[] = [],
): { readonly subgraph: SubgraphToWrite; readonly fed: readonly Tensor[] } {
  const parts = [...inputs.filter((part) => part !== null), ...unused];
  const activations = parts.filter(({ tensor }) => tensor.data === undefined);
  const made = outputs.map((_, index) => parts.length + index);
  return {
    subgraph: {
      tensors: [...parts.map(({ tensor }) => tensor), ...outputs],
      operators: [
        {
          name,
          inputs: inputs.map((part) => (part === null ? -1 : parts.indexOf(part))),
          outputs: made,
          options,
        } as OperatorToWrite,
      ],
      inputs: activations.map((part) => parts.indexOf(part)),
      outputs: made,
    },
    fed: activations.map(({ tensor: { type, shape }, values }) =>
      tensorFrom(type as ElementType, shape, values),
    ),
  };
}

/** Imports and runs one operator, as TensorFlow Lite Micro unless told otherwise. */
export function runOperator(
  name: TfliteBuiltin,
  inputs: readonly (Part | null)[],
  outputs: readonly TensorToWrite[],
  options: Readonly<Record<string, unknown>> = {},
  semantics = 'tflite-micro',
  unused: readonly Part[] = [],
): ImportedRun['outputs'] {
  const model = oneOperator(name, inputs, outputs, options, unused);
  return runWritten(model.subgraph, model.fed, semantics).outputs;
}
