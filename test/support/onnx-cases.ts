import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { INT16, INT32, INT8, UINT8, type IntFormat } from '../../src/arith/int-format.js';
import { sharedFiles } from './shared.js';

/** A tensor of `vectors/ops/onnx_*.json`, rows first. */
export interface CaseTensor {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export interface NamedTensor extends CaseTensor {
  readonly name: string;
}

/** Integers are plain, floats are wrapped. */
export type AttributeValue = number | readonly number[] | string | { readonly f: number };

export interface CaseNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** ai.onnx where nothing is said. */
  readonly domain?: string;
  readonly attrs?: Readonly<Record<string, AttributeValue>>;
}

/** What a run gave: every output by name, or the data of the only one. */
export type ExpectedOutputs =
  | readonly number[]
  | Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;

/** A complete small graph. Its `expected…` fields are the answers of ONNX Runtime's builds and optimization levels. */
export interface OnnxCase {
  readonly nodes: readonly CaseNode[];
  readonly initializers: readonly NamedTensor[];
  readonly inputs: readonly NamedTensor[];
  readonly [field: string]: unknown;
}

/** Every file of ONNX operator cases: its name without the extension, and how to read it. */
export function onnxCaseFiles(): { readonly name: string; readonly cases: () => readonly OnnxCase[] }[] {
  return sharedFiles('.json', 'vectors', 'ops')
    .filter((path) => basename(path).startsWith('onnx_'))
    .map((path) => ({
      name: basename(path, '.json'),
      cases: () => (JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly OnnxCase[] }).cases,
    }));
}

const formats: Readonly<Record<string, IntFormat>> = {
  int8: INT8,
  uint8: UINT8,
  int16: INT16,
  uint16: { bits: 16, signed: false },
  int32: INT32,
};

export function formatOf({ dtype }: CaseTensor): IntFormat {
  const format = formats[dtype];
  if (format === undefined) throw new Error(`no integer format ${dtype}`);
  return format;
}

/** The name of a format in a file of cases. */
export function dtypeOf(format: IntFormat): string {
  return Object.entries(formats).find(
    ([, { bits, signed }]) => bits === format.bits && signed === format.signed,
  )![0];
}
