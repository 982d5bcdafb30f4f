import { UserError } from '../../core/errors.js';
import { readSafetensors } from '../../formats/safetensors.js';
import type { IntGraph, ValueId } from '../../ir/graph.js';
import { graphProblems } from '../../ir/verify.js';
import { integerGraphProblems } from '../../ir/verify-integer.js';
import type { Tensor } from '../../tensor/tensor.js';
import { integerGraphSchema } from './graph-schema.js';
import { metadataProblems } from './metadata-problems.js';

/** Where the graph's JSON lies in the file's metadata. */
export const GRAPH_KEY = 'bitmac.graph';

const ELEMENT_TYPES: ReadonlySet<string> = new Set(['float32', 'int8', 'uint8', 'int16', 'uint16', 'int32']);
const ADVICE = "make the file again with 'bitmac quantize'";

/**
 * Reads an integer graph that `writeIntegerGraph` wrote. The bytes are untrusted: the JSON is held against its schema,
 * then the graph against the rules of the IR, before anything runs.
 *
 * @throws UserError naming the place in the JSON or the first broken rule.
 */
export function readIntegerGraph(bytes: Uint8Array): IntGraph {
  const file = readSafetensors(bytes);
  const text = file.metadata.get(GRAPH_KEY);
  if (text === undefined) {
    throw new UserError({
      place: 'metadata',
      found: `no entry '${GRAPH_KEY}'`,
      expected: 'a safetensors file written by bitmac',
      suggestion: ADVICE,
    });
  }
  const json = integerGraphSchema.safeParse(parseJson(text));
  if (!json.success) {
    const issue = json.error.issues[0]!;
    throw new UserError({
      place: `metadata '${GRAPH_KEY}', ${issue.path.join('.') || 'top level'}`,
      found: issue.message,
      suggestion: ADVICE,
    });
  }
  const constants = new Map<ValueId, Tensor>();
  for (const [id, array] of file.tensors) {
    if (!ELEMENT_TYPES.has(array.type)) {
      throw new UserError({
        place: `tensor '${id}'`,
        found: array.type,
        expected: 'float32 or an integer type of at most 32 bits',
        suggestion: ADVICE,
      });
    }
    constants.set(id, array as Tensor);
  }
  const { name, inputs, outputs, nodes, values, metadata } = json.data;
  const graph: IntGraph = {
    dialect: 'integer',
    name,
    inputs,
    outputs,
    nodes,
    values: new Map(values.map((value) => [value.id, value])),
    constants,
    metadata,
  };
  if (graph.values.size < values.length) {
    throw new UserError({ place: 'graph', found: 'a value that is listed twice', suggestion: ADVICE });
  }
  // Each rule relies on the ones before it.
  for (const rule of [graphProblems, integerGraphProblems, metadataProblems]) {
    const [problem] = rule(graph);
    if (problem !== undefined) throw new UserError({ place: 'graph', found: problem, suggestion: ADVICE });
  }
  return graph;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UserError({
      place: `metadata '${GRAPH_KEY}'`,
      found: 'text that is not JSON',
      suggestion: ADVICE,
    });
  }
}
