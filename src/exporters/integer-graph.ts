import { assert } from '../core/errors.js';
import type { IntGraph } from '../ir/graph.js';
import type { PlainArray } from '../formats/elements.js';
import { writeSafetensors } from '../formats/safetensors.js';
import { namedInfinity } from '../importers/integer-graph/schema-parts.js';
import { GRAPH_KEY } from '../importers/integer-graph/read.js';
import {
  FORMAT_VERSION,
  integerGraphSchema,
  type IntegerGraphJson,
} from '../importers/integer-graph/graph-schema.js';

/**
 * An integer graph as one safetensors file: every constant is a tensor named by its value id, the graph is JSON in the
 * metadata. The same graph gives the same bytes; `readIntegerGraph` gives the graph back bit for bit.
 */
export function writeIntegerGraph(graph: IntGraph): Uint8Array {
  const json: IntegerGraphJson = {
    version: FORMAT_VERSION,
    name: graph.name,
    inputs: graph.inputs,
    outputs: graph.outputs,
    nodes: graph.nodes,
    values: [...graph.values.values()] as IntegerGraphJson['values'],
    metadata: graph.metadata,
  };
  // Through the schema: a reader will accept it, and its fields come in one order however the graph was assembled.
  const checked = integerGraphSchema.safeParse(json);
  assert(checked.success, 'an integer graph follows the schema of its file', {
    issue: checked.error?.issues[0],
  });
  const tensors = new Map<string, PlainArray>();
  for (const [id, { type, shape, data }] of graph.constants)
    tensors.set(id, { type, shape, data } as PlainArray);
  return writeSafetensors({
    tensors,
    metadata: new Map([[GRAPH_KEY, JSON.stringify(checked.data, namedInfinity)]]),
  });
}
