import { concatBytes, encodeUtf8, viewOf } from '../../src/formats/bytes.js';
import type { Random } from '../../src/core/random.js';
import { GRAPH_KEY } from '../../src/importers/integer-graph/read.js';
import { integerGraphSchema, type IntegerGraphJson } from '../../src/importers/integer-graph/graph-schema.js';
import type { Mutable, Json } from './json.js';
import { damageJson } from './json.js';
import { AWKWARD_INTEGERS, AWKWARD_TEXTS, pick, type Mutation } from './mutation.js';
import { withOnlyWindow } from './window-mutation.js';

const LENGTH_BYTES = 8;
const METADATA_KEY = '__metadata__';

/** The parts of a safetensors file that bitmac wrote: the JSON header, the graph in its metadata, the elements. */
interface Parts {
  readonly header: Readonly<Record<string, Json>>;
  readonly graph: IntegerGraphJson;
  readonly data: Uint8Array;
}

type Edit = (graph: Mutable<IntegerGraphJson>, random: Random) => unknown;

/** Damage to integer graphs: JSON that is well formed and lies, in the header of the file and in the graph. */
export function integerGraphMutations(bytes: Uint8Array): readonly Mutation[] {
  const parts = partsOf(bytes);
  return [
    {
      name: 'header',
      apply: (random) => {
        const header = structuredClone(parts.header);
        for (let count = random.integer(1, 3); count > 0; count -= 1) damageJson(random, header);
        return assembled(header, parts.data);
      },
    },
    {
      name: 'header of other text',
      apply: (random) => {
        const text = pick(random, [
          '{',
          'null',
          '[]',
          '{}',
          '[1'.repeat(50_000),
          `{"a":${'['.repeat(100_000)}`,
          '"x"',
        ]);
        return withHeader(text, parts.data);
      },
    },
    ...Object.entries(edits).map(([name, edit]) => ({
      name,
      apply: (random: Random) => {
        const graph = structuredClone(parts.graph) as Mutable<IntegerGraphJson>;
        const edited = edit(graph, random) ?? graph;
        return assembled(
          { ...parts.header, [METADATA_KEY]: { [GRAPH_KEY]: JSON.stringify(edited) } },
          parts.data,
        );
      },
    })),
  ];
}

function partsOf(bytes: Uint8Array): Parts {
  const end = LENGTH_BYTES + Number(viewOf(bytes).getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, end));
  const header = JSON.parse(text) as Record<string, Json> & {
    readonly [METADATA_KEY]: Record<string, string>;
  };
  const graph = integerGraphSchema.parse(JSON.parse(header[METADATA_KEY][GRAPH_KEY]!));
  return { header, graph, data: bytes.subarray(end) };
}

function assembled(header: unknown, data: Uint8Array): Uint8Array {
  return withHeader(JSON.stringify(header), data);
}

function withHeader(header: string, data: Uint8Array): Uint8Array {
  const text = encodeUtf8(header);
  const length = new Uint8Array(LENGTH_BYTES);
  viewOf(length).setBigUint64(0, BigInt(text.length), true);
  return concatBytes([length, text, data]);
}

function anyValue(
  graph: Mutable<IntegerGraphJson>,
  random: Random,
): Mutable<IntegerGraphJson>['values'][number] {
  return pick(random, graph.values);
}

const edits: Readonly<Record<string, Edit>> = {
  'graph, one field': (graph, random) => damageJson(random, graph),
  'graph, a few fields': (graph, random) => {
    for (let count = random.integer(2, 6); count > 0; count -= 1) damageJson(random, graph);
  },
  'a node, one field': (graph, random) => damageJson(random, pick(random, graph.nodes)),
  'rewired node': (graph, random) => {
    const { inputs } = pick(random, graph.nodes);
    inputs[random.integer(0, Math.max(0, inputs.length - 1))] = anyValue(graph, random).id;
  },
  'node reads its own output': (graph, random) => {
    const { inputs, output } = pick(random, graph.nodes);
    inputs[0] = output;
  },
  'node makes another value': (graph, random) => {
    pick(random, graph.nodes).output = anyValue(graph, random).id;
  },
  'another operator': (graph, random) => {
    pick(random, graph.nodes).op = pick(random, graph.nodes).op;
  },
  'nodes in any order': (graph, random) => {
    graph.nodes = random.permutation(graph.nodes.length).map((index) => graph.nodes[index]!);
  },
  'node missing or twice': (graph, random) => {
    const at = random.integer(0, graph.nodes.length - 1);
    graph.nodes.splice(at, 1, ...Array.from({ length: pick(random, [0, 2]) }, () => graph.nodes[at]!));
  },
  'value missing or twice': (graph, random) => {
    const at = random.integer(0, graph.values.length - 1);
    graph.values.splice(at, 1, ...Array.from({ length: pick(random, [0, 2]) }, () => graph.values[at]!));
  },
  'shape of a value': (graph, random) => {
    const { shape } = anyValue(graph, random);
    shape[random.integer(0, Math.max(0, shape.length - 1))] = pick(random, AWKWARD_INTEGERS);
  },
  'format of a value': (graph, random) => {
    const { type } = anyValue(graph, random);
    if (type.kind === 'int') type.format = { bits: random.integer(1, 33), signed: random.unit() < 0.5 };
  },
  'awkward names': (graph, random) => {
    const name = pick(random, AWKWARD_TEXTS);
    pick(random, [...graph.nodes, ...graph.inputs, ...graph.outputs]).name = name;
    anyValue(graph, random).id = name;
  },
  'a window on its own': withOnlyWindow,
  'graph of other text': (_, random) => pick(random, [null, 3, [], {}, 'text', '['.repeat(1000)]),
};
