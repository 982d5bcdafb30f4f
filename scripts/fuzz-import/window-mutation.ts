import type { Random } from '../../src/core/random.js';
import type { IntegerGraphJson } from '../../src/importers/integer-graph/graph-schema.js';
import { elementCount } from '../../src/tensor/shape.js';
import { rulesOf } from '../../src/ir/operators.js';
import type { Mutable } from './json.js';
import { pick } from './mutation.js';

const WINDOW_FIELDS = [
  'kernelHeight',
  'kernelWidth',
  'strideHeight',
  'strideWidth',
  'dilationHeight',
  'dilationWidth',
  'padTop',
  'padBottom',
  'padLeft',
  'padRight',
];
const EXTENTS = [1, 2, 3, 100, 1000, 65_535, 2 ** 20, 2 ** 30, 2 ** 31 - 1];

const MOST_ELEMENTS = 2 ** 31 - 1;
const TRIES = 100;

type Graph = Mutable<IntegerGraphJson>;

/**
 * One convolution or pooling with a window out of all proportion, alone in its graph. As far as a few tries get, all that the
 * file says of it fits together, so that a reader must look at the window itself.
 */
export function withOnlyWindow(graph: Graph, random: Random): Graph {
  const windows = graph.nodes.filter((node) => 'kernelHeight' in node);
  const pools = windows.filter(({ op }) => op === 'maxPool' || op === 'averagePool');
  const intact = pick(random, pools.length > 0 && random.unit() < 0.7 ? pools : windows);
  const alone = aroundNode(graph, intact);
  for (let tries = 1; ; tries += 1) {
    const attempt = structuredClone(alone);
    if (stretched(attempt, pools.includes(intact), random) || tries === TRIES) return attempt;
  }
}

/** The graph of one node: what it reads comes from outside, what it makes goes there. */
function aroundNode(graph: Graph, node: Graph['nodes'][number]): Graph {
  const port = { ...graph.outputs[0]!, permutation: null };
  const made = new Set(graph.nodes.map(({ output }) => output));
  return {
    ...graph,
    nodes: [node],
    inputs: [{ ...port, value: node.inputs[0]! }],
    outputs: [{ ...port, value: node.output }],
    values: graph.values.filter(({ id }) => !made.has(id) || id === node.output || id === node.inputs[0]),
  };
}

/** Stretches the window and the input of the only node; whether the result has a shape that a file may state. */
function stretched(graph: Graph, isPool: boolean, random: Random): boolean {
  const node = graph.nodes[0]!;
  const fields = node as unknown as Record<string, number>;
  for (const field of WINDOW_FIELDS) {
    const isFree = isPool || !field.startsWith('kernel'); // of a convolution the weights have it too
    if (isFree && random.unit() < 0.4) fields[field] = pick(random, EXTENTS);
  }
  const byId = new Map(graph.values.map((value) => [value.id, value]));
  const x = byId.get(node.inputs[0]!)!;
  for (const axis of isPool ? [1, 2, 3] : [1, 2]) {
    if (random.unit() < 0.5) x.shape[axis] = pick(random, EXTENTS);
  }
  const output = byId.get(node.output)!;
  output.shape = [
    ...rulesOf(node).shape(
      node,
      node.inputs.map((id) => byId.get(id)!.shape),
    ),
  ];
  return [x.shape, output.shape].every(
    (shape) => shape.every((extent) => extent > 0) && elementCount(shape) <= MOST_ELEMENTS,
  );
}
