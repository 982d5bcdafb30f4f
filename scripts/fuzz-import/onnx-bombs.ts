import type { Random } from '../../src/core/random.js';
import {
  onnxDataType,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from '../../src/formats/onnx.js';
import { AWKWARD_INTEGERS, pick } from './mutation.js';

/** Small files that ask for much: memory, time, or a deep stack. */

function node(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly OnnxAttribute[] = [],
): OnnxNode {
  return { name: '', opType, domain: '', inputs, outputs: [output], attributes };
}

function int64(name: string, values: readonly number[]): OnnxTensor {
  const data = { field: 'int64_data', values: BigInt64Array.from(values, BigInt) } as const;
  return { name, dims: [values.length], dataType: onnxDataType('int64'), data };
}

function scalar(name: string, value: readonly number[]): OnnxTensor {
  return { ...int64(name, value), dims: [] };
}

/** The graph with nodes before its own and constants that these read. */
function withNodes(
  graph: OnnxGraph,
  nodes: readonly OnnxNode[],
  constants: readonly OnnxTensor[],
): OnnxGraph {
  const last = nodes.at(-1)!.outputs[0]!;
  return {
    ...graph,
    nodes: [...nodes, ...graph.nodes],
    initializers: [...graph.initializers, ...constants],
    outputs: [...graph.outputs, { name: last, type: null }],
  };
}

/** A chain of nodes, each reading what the one before made. */
function chain(length: number, link: (from: string, to: string) => OnnxNode, first: string): OnnxNode[] {
  return Array.from({ length }, (_, index) => link(index === 0 ? first : `link${index - 1}`, `link${index}`));
}

const shapeOf = (random: Random): number[] =>
  Array.from({ length: random.integer(1, 4) }, () => pick(random, AWKWARD_INTEGERS));

export const bombs: Readonly<Record<string, (graph: OnnxGraph, random: Random) => OnnxGraph>> = {
  'a constant of any shape': (graph, random) =>
    withNodes(
      graph,
      [node('ConstantOfShape', ['bomb.shape'], 'bomb')],
      [int64('bomb.shape', shapeOf(random))],
    ),
  'a constant made larger': (graph, random) => {
    const opType = pick(random, ['Expand', 'Tile', 'Reshape', 'Resize', 'Pad']);
    const shape = int64('bomb.shape', shapeOf(random));
    return withNodes(graph, [node(opType, ['bomb.x', 'bomb.shape'], 'bomb')], [int64('bomb.x', [1]), shape]);
  },
  'an input made larger': (graph, random) => {
    const opType = pick(random, ['Expand', 'Tile', 'Reshape', 'Pad']);
    const shape = int64('bomb.shape', shapeOf(random));
    return withNodes(graph, [node(opType, [graph.inputs[0]!.name, 'bomb.shape'], 'bomb')], [shape]);
  },
  'a long range': (graph, random) => {
    const [start, limit, delta] = [0, 1, 2].map(() => [pick(random, AWKWARD_INTEGERS)]);
    return withNodes(
      graph,
      [node('Range', ['bomb.start', 'bomb.limit', 'bomb.delta'], 'bomb')],
      [scalar('bomb.start', start!), scalar('bomb.limit', limit!), scalar('bomb.delta', delta!)],
    );
  },
  'constants doubled again and again': (graph, random) => {
    const axis: OnnxAttribute = { name: 'axis', kind: 'int', value: 0n };
    const links = chain(
      random.integer(20, 60),
      (from, to) => node('Concat', [from, from], to, [axis]),
      'bomb.x',
    );
    return withNodes(graph, links, [int64('bomb.x', [1])]);
  },
  'an input doubled again and again': (graph, random) => {
    const axis: OnnxAttribute = { name: 'axis', kind: 'int', value: 0n };
    const links = chain(
      random.integer(20, 60),
      (from, to) => node('Concat', [from, from], to, [axis]),
      graph.inputs[0]!.name,
    );
    return withNodes(graph, links, []);
  },
  'a long chain of nodes': (graph, random) => {
    const opType = pick(random, ['Relu', 'Identity', 'Transpose', 'Neg', 'Flatten', 'Shape']);
    const first = pick(random, [graph.inputs[0]!.name, 'bomb.x']);
    const links = chain(pick(random, [100, 2000]), (from, to) => node(opType, [from], to), first);
    return withNodes(graph, random.unit() < 0.5 ? links : links.toReversed(), [int64('bomb.x', [1, 2, 3])]);
  },
  'graphs within graphs': (graph, random) => {
    const empty: OnnxGraph = {
      ...graph,
      nodes: [],
      initializers: [],
      inputs: [],
      outputs: [],
      valueInfos: [],
    };
    let inner = empty;
    for (let depth = pick(random, [10, 150, 300]); depth > 0; depth -= 1)
      inner = {
        ...empty,
        nodes: [node('If', [], 'y', [{ name: 'then_branch', kind: 'graph', value: inner }])],
      };
    return { ...graph, nodes: [...graph.nodes, ...inner.nodes] };
  },
};
