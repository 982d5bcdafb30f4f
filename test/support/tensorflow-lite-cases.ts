import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { assert } from '../../src/core/errors.js';
import { IntegerRunner, type IntegerOutputs } from '../../src/engine/run.js';
import { decodeArray, type PlainArray } from '../../src/formats/elements.js';
import { parseModel } from '../../src/importers/load-model.js';
import { fastKernels } from '../../src/kernels/fast/index.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { tensorFrom, type ElementType, type Tensor } from '../../src/tensor/tensor.js';

/** An array of a case: its bytes in hexadecimal, little-endian. */
interface RecordedArray {
  readonly type: ElementType | 'int64';
  readonly shape: readonly number[];
  readonly data: string;
}

/** A model, what it was fed, and what each kind of kernels answered. */
export interface RecordedCase {
  readonly group: string;
  /** Which draw of its group. */
  readonly index: number;
  /** The file in hexadecimal. */
  readonly model: string;
  readonly inputs: readonly RecordedArray[];
  readonly outputs: {
    /** Absent where the kernels refuse the model. */
    readonly reference?: readonly RecordedArray[];
    /** The word where both gave the same. */
    readonly xnnpack?: readonly RecordedArray[] | 'reference';
  };
}

/** What `test/golden/tensorflow-lite/record.py` writes. */
export interface Recording {
  readonly tensorflow: string;
  readonly cases: readonly RecordedCase[];
}

export function readRecording(path: string): Recording {
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Recording;
}

/** Our semantics, and the field that holds what TensorFlow Lite gave under them. */
export const recordedSemantics = { 'tflite-reference': 'reference', 'tflite-xnnpack': 'xnnpack' } as const;
export type RecordedSemantics = keyof typeof recordedSemantics;

/** How far a case and its recording agree. */
export interface CaseResult {
  readonly valueCount: number;
  readonly differingCount: number;
  /** Of the first output that differs; null where none does. */
  readonly firstDifference: string | null;
  /** How many of our nodes run in float32 on the host. */
  readonly floatNodeCount: number;
}

/**
 * Runs a case with both kernel sets; null where nothing was recorded under the semantics.
 *
 * @throws InvariantError where the kernel sets disagree; UserError where the importer refuses the model.
 */
export function runRecordedCase(recorded: RecordedCase, semantics: RecordedSemantics): CaseResult | null {
  const expected = answers(recorded, semantics);
  if (expected === null) return null;
  const graph = parseModel(bytesOf(recorded.model), { file: `${recorded.group}.tflite`, semantics });
  assert(graph.dialect === 'integer', 'a quantized model gives an integer graph');
  const inputs = recorded.inputs.map(toTensor);
  const [fast, reference] = [fastKernels, referenceKernels].map((kernels) =>
    arraysOf(new IntegerRunner(graph, kernels).run(inputs), expected),
  ) as [number[][], number[][]];
  let valueCount = 0;
  let differingCount = 0;
  let firstDifference: string | null = null;
  expected.forEach((output, index) => {
    const wanted = Array.from(decoded(output).data as ArrayLike<number | bigint>, Number);
    const made = fast[index]!;
    assert(made.length === wanted.length, 'as many values as recorded', { index });
    const split = made.findIndex((value, i) => !Object.is(value, reference[index]![i]));
    assert(split < 0, 'both kernel sets make the same', { index, split });
    const wrong = wanted.flatMap((value, i) => (made[i] === value ? [] : [i]));
    valueCount += wanted.length;
    differingCount += wrong.length;
    if (wrong.length > 0 && firstDifference === null) {
      const at = wrong[0]!;
      firstDifference = `${wrong.length} of ${wanted.length} values of output ${index}: at ${at} ${made[at]}, recorded ${wanted[at]}`;
    }
  });
  const floatNodeCount = graph.nodes.filter(({ op }) => op === 'float').length;
  return { valueCount, differingCount, firstDifference, floatNodeCount };
}

function answers({ outputs }: RecordedCase, semantics: RecordedSemantics): readonly RecordedArray[] | null {
  const given = outputs[recordedSemantics[semantics]];
  return (given === 'reference' ? outputs.reference : given) ?? null;
}

/** Codes, or real numbers where the file has float32. */
function arraysOf({ codes, reals }: IntegerOutputs, expected: readonly RecordedArray[]): number[][] {
  return expected.map(({ type }, index) => Array.from((type === 'float32' ? reals : codes)[index]!.data));
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

const decoded = ({ type, shape, data }: RecordedArray): PlainArray =>
  decodeArray('a recorded array', type, shape, bytesOf(data));

function toTensor(array: RecordedArray): Tensor {
  assert(array.type !== 'int64', 'inputs have no 64 bits');
  return tensorFrom(array.type, array.shape, Array.from(decoded(array).data as ArrayLike<number>));
}
