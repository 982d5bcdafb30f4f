import type { Shape } from '../../tensor/shape.js';
import type { PlainArray } from '../../formats/elements.js';

/** What an import is told besides the bytes of the model. */
export interface OnnxImportOptions {
  /** The model's file, as the user named it: every message begins with it. */
  readonly file: string;
  /** Whole shapes of graph inputs, by name; they settle the dimensions that the file leaves open. */
  readonly inputShapes?: ReadonlyMap<string, Shape>;
  /** Graph inputs that are known already, by name: indices, axes, or whatever else is to be folded. */
  readonly constantInputs?: ReadonlyMap<string, PlainArray>;
  /** Real weights that the file does not hold are zeros: only shapes matter. */
  readonly shapesOnly?: boolean;
  /** Opens a file of external data. The path is relative to the model's folder and stays inside it. */
  readonly readExternal?: (relativePath: string) => ExternalBytes;
}

/** The bytes of a file beside the model: an array of them, or something that reads what is asked for. */
export interface ExternalBytes {
  readonly length: number;
  readonly subarray: (start: number, end: number) => Uint8Array;
}

/** The opsets of `ai.onnx` whose operators this importer states. */
export const opsetRange = { oldest: 7, newest: 21 } as const;

/** The most elements of one value: a gigabyte of float32. */
export const maxElements = 2 ** 28;

/**
 * The most elements of all constants together that folding makes: so many for any model, and so many for every element that
 * the model itself holds. A small file asks for little memory and time, a large one may reorder its weights.
 */
export const foldedElements = { ofAnyModel: 2 ** 23, perStored: 4 } as const;

/** The most elements of all constants together that ConstantOfShape fills: VGG-19 of ONNX's own tests makes its 143,667,240 weights so. */
export const maxFilledElements = 160 * 2 ** 20;
