import type { TfliteBuiltin } from './tflite-builtins.js';
import type { OptionsOf, OptionTables } from './tflite-options.js';
import type { TfliteType } from './tflite-types.js';

/**
 * TensorFlow Lite models as plain readonly values, field for field as in the schema
 * (tensorflow/tflite-micro@1ed28607, tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3), less what no
 * reader of ours needs: metadata, signatures, custom options. Two indirections are resolved: a tensor has its
 * buffer's bytes, an operator the name and version of its operator code.
 */

export interface TfliteModel {
  readonly version: number;
  readonly description: string;
  /** The first is the one that a runtime runs. */
  readonly subgraphs: readonly TfliteSubgraph[];
}

export interface TfliteSubgraph {
  readonly name: string;
  readonly tensors: readonly TfliteTensor[];
  /** In the order of execution. */
  readonly operators: readonly TfliteOperator[];
  /** Indices of tensors. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export interface TfliteTensor {
  readonly name: string;
  readonly type: TfliteType;
  readonly shape: readonly number[];
  /** The shape with −1 for what is only known at run time; null where the file does not say. */
  readonly shapeSignature: readonly number[] | null;
  /** Little-endian elements, sharing the file's memory; null where there are none, as in an activation. */
  readonly data: Uint8Array | null;
  readonly quantization: TfliteQuantization | null;
  readonly isVariable: boolean;
  /** Whether `data` is in a compressed form, whose description is not read. */
  readonly isSparse: boolean;
}

/** real = scale × (code − zero point). */
export interface TfliteQuantization {
  /** One, or one for each index along `axis`; never empty. float32 values. */
  readonly scales: readonly number[];
  /** As many as there are scales in any sound file, which is for the importer to check. int32 values. */
  readonly zeroPoints: readonly number[];
  /** Says something only where there are several scales. */
  readonly axis: number;
}

interface OperatorOf<Name, Options> {
  readonly name: Name;
  /** What a custom operator is called; null in others. */
  readonly customCode: string | null;
  readonly version: number;
  /** Indices of tensors; −1 is an optional input that was left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Options;
}

/** An operator whose options are not read: of a name that has no table, or of a code that has no name. */
type OtherOperator = OperatorOf<
  Exclude<TfliteBuiltin, keyof OptionTables> | `BUILTIN_${number}`,
  Readonly<Record<string, never>>
>;

/**
 * An operator; its name says which options it has.
 *
 * @example
 * if (operator.name === 'CONV_2D') console.log(operator.options.strideH);
 */
export type TfliteOperator =
  | { [Name in keyof OptionTables]: OperatorOf<Name, OptionsOf<Name>> }[keyof OptionTables]
  | OtherOperator;
