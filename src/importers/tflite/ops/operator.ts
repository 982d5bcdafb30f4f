import type { TfliteOperator } from '../../../formats/tflite.js';
import type { OperatorImport } from '../operator-import.js';

/** The operators of a name, with their options. */
export type OperatorNamed<Name> = Extract<TfliteOperator, { readonly name: Name }>;

/** Emits the nodes of one operator and defines its outputs. */
export type ImportOperator<Name> = (node: OperatorImport<OperatorNamed<Name>>) => void;
