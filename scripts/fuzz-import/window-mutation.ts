import type { Random } from '../../src/core/random.js';
import type { IntegerGraphJson } from '../../src/importers/integer-graph/graph-schema.js';
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

/**
 * One convolution or pooling with a window out of all proportion, alone in its graph. All that the file says of it fits
 * together, so that a reader must look at the window itself.
 */
export function withOnlyWindow(graph: Mutable<IntegerGraphJson>, random: Random): Mutable<IntegerGraphJson> {
  const node = pick(
    random,
    graph.nodes.filter((candidate) => 'kernelHeight' in candidate),
  );
  const fields = node as unknown as Record<string, number>;
  for (const field of WINDOW_FIELDS) if (random.unit() < 0.3) fields[field] = pick(random, EXTENTS);
  const byId = new Map(graph.values.map((value) => [value.id, value]));
  const x = byId.get(node.inputs[0]!)!;
  for (const axis of [1, 2]) if (random.unit() < 0.3) x.shape[axis] = pick(random, EXTENTS);
  const output = byId.get(node.output)!;
  try {
    const shapes = node.inputs.map((id) => byId.get(id)!.shape);
    output.shape = [...rulesOf(node).shape(node, shapes)];
  } catch {
    // Then the shape of before stands, and lies.
  }
  const port = { ...graph.outputs[0]!, permutation: null };
  return {
    ...graph,
    nodes: [node],
    inputs: [{ ...port, value: x.id }],
    outputs: [{ ...port, value: output.id }],
    values: graph.values.filter(
      ({ id }) => !graph.nodes.some(({ output }) => output === id) || id === output.id || id === x.id,
    ),
  };
}
