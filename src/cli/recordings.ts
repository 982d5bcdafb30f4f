import { namingFile, UserError } from '../core/errors.js';
import type { Recording, Recordings } from '../engine/diff/recorded-side.js';
import { shownValues } from '../engine/diff/side.js';
import type { PlainArray } from '../formats/elements.js';
import { asNumbers, readArchive, readArrayFile, splitMember } from '../importers/dataset/array-file.js';
import type { Graph, ValueId } from '../ir/graph.js';
import type { Io } from './io.js';

/** The arrays that `--against` names, as what was recorded of a model. */
export interface RecordingSource {
  readonly io: Io;
  readonly graph: Graph;
  /** Ids of the tensors of a TFLite model by number; none for other models. */
  readonly tensorIds: readonly ValueId[];
}

/**
 * Reads recorded arrays: `file` for the first output, then the second, …; `output=file`; or an archive whose members are named
 * by values, outputs or, as `tN`, tensors of a TFLite file.
 *
 * @throws UserError where a name is nobody's, or an output is named twice.
 */
export async function readRecordings(source: RecordingSource, texts: readonly string[]): Promise<Recordings> {
  const outputs = new Map<string, Recording>();
  const values = new Map<ValueId, Recording>();
  for (const text of texts) {
    const { graph } = source;
    const named = graph.outputs.find(({ name }) => text.startsWith(`${name}=`));
    const path = named === undefined ? text : text.slice(named.name.length + 1);
    const { file, member } = splitMember(path);
    const bytes = await source.io.readFile(file);
    const archive =
      member === null && named === undefined ? namingFile(file, () => readArchive(bytes)) : null;
    if (archive !== null) {
      namingFile(file, () => addMembers(source, archive, { outputs, values }));
      continue;
    }
    const port = named ?? graph.outputs[outputs.size];
    if (port === undefined || outputs.has(port.name)) {
      throw new UserError({
        place: '--against',
        found: port === undefined ? `more than ${graph.outputs.length} files` : `two for '${port.name}'`,
        expected: `one for each output: ${graph.outputs.map(({ name }) => name).join(', ')}`,
      });
    }
    outputs.set(
      port.name,
      namingFile(file, () => recordingOf(readArrayFile(bytes, member))),
    );
  }
  return { outputs, values };
}

function addMembers(
  { graph, tensorIds }: RecordingSource,
  archive: ReadonlyMap<string, PlainArray>,
  into: { readonly outputs: Map<string, Recording>; readonly values: Map<ValueId, Recording> },
): void {
  const known = new Set(shownValues(graph).map(({ value }) => value.id));
  const outputNames = new Set(graph.outputs.map(({ name }) => name));
  let found = 0;
  for (const [member, array] of archive) {
    const [, number] = /^t(\d+)$/.exec(member) ?? [];
    const id = known.has(member) || number === undefined ? member : (tensorIds[Number(number)] ?? member);
    if (known.has(id)) into.values.set(id, recordingOf(array));
    else if (outputNames.has(member)) into.outputs.set(member, recordingOf(array));
    else into.values.set(id, recordingOf(array));
    if (known.has(id) || outputNames.has(member)) found += 1;
  }
  if (found > 0) return;
  throw new UserError({
    place: 'npz archive',
    found: `members ${[...archive.keys()].slice(0, 5).join(', ')}`,
    expected: 'names of values of the model, or tN for tensor N of a TFLite file',
    suggestion: 'outputs: name one array, file.npz#array',
  });
}

function recordingOf(array: PlainArray): Recording {
  const isReal = array.type === 'float32' || array.type === 'float64';
  return { shape: array.shape, data: asNumbers(array), isReal };
}
