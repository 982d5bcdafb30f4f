import { UserError } from '../core/errors.js';
import { didYouMean } from '../core/did-you-mean.js';
import { inputsFor } from '../engine/diff/inputs.js';
import { recordedSide } from '../engine/diff/recorded-side.js';
import { modelSide, type Side } from '../engine/diff/side.js';
import { isNumpyFile, splitMember } from '../importers/dataset/array-file.js';
import { namesSemantics, semanticsNames, STACKS } from '../importers/quantized/semantics.js';
import { modelFormat } from '../importers/model-format.js';
import { tfliteTensorIds } from '../importers/tflite/import.js';
import type { FloatGraph, IntGraph } from '../ir/graph.js';
import type { Tensor } from '../tensor/tensor.js';
import type { DiffArguments } from './commands/diff.js';
import type { Io } from './io.js';
import { loadModelFile } from './model-source.js';
import { readRecordings } from './recordings.js';

/** What a model is compared with. */
export interface Counterpart {
  /** As a report names it. */
  readonly name: string;
  readonly side: Side;
  /** The model of that side; null of recordings. */
  readonly graph: FloatGraph | IntGraph | null;
  /** Rows 0 … count − 1 were recorded; null of models, which run on any. */
  readonly recordedRowCount: number | null;
  /** Its inputs for those of the first model. */
  readonly inputs: (inputs: readonly Tensor[]) => readonly Tensor[];
}

/**
 * What `--against` means: a name of semantics, a model by its bytes, or else arrays that were recorded.
 *
 * @throws UserError where it is none of them.
 */
export async function counterpart(
  io: Io,
  graph: FloatGraph | IntGraph,
  args: DiffArguments,
): Promise<Counterpart> {
  const [text, ...others] = args.against;
  if (others.length === 0 && namesSemantics(text!)) return otherSemantics(io, graph, text!, args);
  const isModel = others.length === 0 && !(await isRecording(io, graph, text!));
  return isModel ? otherModel(io, graph, text!, args) : recorded(io, graph, args);
}

async function otherSemantics(
  io: Io,
  graph: FloatGraph | IntGraph,
  semantics: string,
  args: DiffArguments,
): Promise<Counterpart> {
  if (graph.metadata['semantics'] === undefined) {
    throw new UserError({
      place: '--against',
      found: `${semantics}, and a model that does not leave its arithmetic open`,
      expected: 'such a choice for quantized TFLite and ONNX models only',
      suggestion: `${args.model} can be compared with another file`,
    });
  }
  const other = await loadModelFile(io, args.model, { ...args, semantics });
  return { ...modelCounterpart(graph, other), name: semantics };
}

async function otherModel(
  io: Io,
  graph: FloatGraph | IntGraph,
  path: string,
  args: DiffArguments,
): Promise<Counterpart> {
  const other = await loadModelFile(io, path, { ...args, semantics: undefined });
  return { ...modelCounterpart(graph, other), name: path };
}

function modelCounterpart(
  graph: FloatGraph | IntGraph,
  other: FloatGraph | IntGraph,
): Omit<Counterpart, 'name'> {
  return {
    side: modelSide(other),
    graph: other,
    recordedRowCount: null,
    inputs: inputsFor(graph, other),
  };
}

async function recorded(io: Io, graph: FloatGraph | IntGraph, args: DiffArguments): Promise<Counterpart> {
  const bytes = await io.readFile(args.model);
  const tensorIds = modelFormat(bytes) === 'tflite' ? tfliteTensorIds(bytes) : [];
  const side = recordedSide(graph, await readRecordings({ io, graph, tensorIds }, args.against));
  return {
    name: args.against.join(', '),
    side,
    graph: null,
    recordedRowCount: side.rowCount,
    inputs: () => [],
  };
}

/** Whether an `--against` names an array file. A file that is not there may be a misspelled name. */
async function isRecording(io: Io, graph: FloatGraph | IntGraph, text: string): Promise<boolean> {
  if (graph.outputs.some(({ name }) => text.startsWith(`${name}=`))) return true;
  const { file, member } = splitMember(text);
  try {
    return isNumpyFile(await io.readFile(file)) || member !== null;
  } catch (error) {
    if (!(error instanceof UserError) || /[./\\]/.test(text)) throw error;
    const meant = didYouMean(text, semanticsNames());
    throw new UserError({
      place: '--against',
      found: `'${text}', no semantics and no file`,
      expected: `${STACKS.join(', ')}, a requantizer of 'bitmac rounding', a model or recorded outputs`,
      ...(meant === null ? {} : { suggestion: `did you mean '${meant}'?` }),
    });
  }
}
