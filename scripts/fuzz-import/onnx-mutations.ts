import type { Random } from '../../src/core/random.js';
import {
  onnxDataType,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from '../../src/formats/onnx.js';
import { parseOnnxModel } from '../../src/formats/onnx-reader.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import { supportedOperators } from '../../src/importers/onnx/ops/registry.js';
import { externalEntries } from './external-files.js';
import { AWKWARD_INTEGERS, AWKWARD_TEXTS, damageSome, pick, type Mutation } from './mutation.js';
import { damagedAttribute } from './onnx-attributes.js';
import { bombs } from './onnx-bombs.js';

const OPERATORS = [...supportedOperators.runTime, ...supportedOperators.constant, 'LSTM', 'If', 'Loop'];
const OPSETS = [-1, 0, 1, 6, 7, 9, 11, 13, 17, 21, 22, 2 ** 31];
const HIGHEST_DATA_TYPE = 27;

type Edit = (graph: OnnxGraph, random: Random) => OnnxGraph;

/** Damage to ONNX files that are encoded well and lie: graphs that run in circles, shapes that cannot be, files elsewhere. */
export function onnxMutations(bytes: Uint8Array): readonly Mutation[] {
  const model = parseOnnxModel(bytes);
  return [
    ...Object.entries({ ...edits, ...bombs }).map(([name, edit]) => ({
      name,
      apply: (random: Random) => writeOnnxModel({ ...model, graph: edit(model.graph, random) }),
    })),
    { name: 'another opset', apply: (random) => writeOnnxModel(withOpset(model, random)) },
  ];
}

function withOpset(model: OnnxModel, random: Random): OnnxModel {
  const domain = pick(random, ['', 'ai.onnx', 'com.microsoft', ...AWKWARD_TEXTS]);
  const opset = { domain, version: pick(random, OPSETS) };
  return { ...model, opsetImports: random.unit() < 0.5 ? [opset] : [...model.opsetImports, opset] };
}

const onNodes =
  (damage: (node: OnnxNode, graph: OnnxGraph, random: Random) => OnnxNode): Edit =>
  (graph, random) => ({
    ...graph,
    nodes: damageSome(random, graph.nodes, (node) => damage(node, graph, random), 0.01),
  });

const onInitializers =
  (damage: (tensor: OnnxTensor, random: Random) => OnnxTensor): Edit =>
  (graph, random) => ({
    ...graph,
    initializers: damageSome(random, graph.initializers, (tensor) => damage(tensor, random)),
  });

function outputOf(node: OnnxNode | undefined): string {
  return node?.outputs[0] ?? '';
}

/** The node with one of its inputs read from elsewhere. */
function rewired(node: OnnxNode, name: string, random: Random): OnnxNode {
  const at = random.integer(0, Math.max(0, node.inputs.length - 1));
  return { ...node, inputs: node.inputs.map((input, index) => (index === at ? name : input)) };
}

function damagedDims(dims: readonly number[], random: Random): number[] {
  switch (random.integer(0, 4)) {
    case 0:
      return [...dims, pick(random, AWKWARD_INTEGERS)];
    case 1:
      return dims.slice(1);
    case 2:
      return Array.from({ length: pick(random, [40, 100_000]) }, () => pick(random, [1, 2]));
    default:
      return damageSome(random, dims, () => pick(random, AWKWARD_INTEGERS));
  }
}

const edits: Readonly<Record<string, Edit>> = {
  'node reads its own output': onNodes((node, _, random) => rewired(node, outputOf(node), random)),
  'node reads a later output': (graph, random) => {
    const at = random.integer(0, graph.nodes.length - 1);
    const later = outputOf(graph.nodes[random.integer(at, graph.nodes.length - 1)]);
    return { ...graph, nodes: graph.nodes.with(at, rewired(graph.nodes[at]!, later, random)) };
  },
  'node reads another value': onNodes((node, graph, random) =>
    rewired(
      node,
      pick(random, [pick(random, graph.nodes).outputs[0]!, 'nobody', pick(random, AWKWARD_TEXTS)]),
      random,
    ),
  ),
  'node without inputs': onNodes((node, _, random) => ({
    ...node,
    inputs: node.inputs.slice(0, random.integer(0, node.inputs.length)),
  })),
  'node with more inputs': onNodes((node, _, random) => ({
    ...node,
    inputs: Array.from({ length: pick(random, [1, 2, 5, 50_000]) }).flatMap(() => node.inputs),
  })),
  'two nodes make one value': onNodes((node, graph, random) => ({
    ...node,
    outputs: [pick(random, [outputOf(pick(random, graph.nodes)), graph.inputs[0]?.name ?? ''])],
  })),
  'another operator': onNodes((node, _, random) => ({ ...node, opType: pick(random, OPERATORS) })),
  'another operator of no name': onNodes((node, _, random) => ({
    ...node,
    opType: pick(random, AWKWARD_TEXTS),
  })),
  'another domain': onNodes((node, _, random) => ({
    ...node,
    domain: pick(random, ['com.microsoft', ...AWKWARD_TEXTS]),
  })),
  'awkward names of nodes': onNodes((node, _, random) => ({
    ...node,
    name: pick(random, AWKWARD_TEXTS),
    outputs: random.unit() < 0.5 ? node.outputs : [pick(random, AWKWARD_TEXTS)],
  })),
  'damaged attributes': onNodes((node, _, random) => ({
    ...node,
    attributes: damageSome(random, node.attributes, (attribute) => damagedAttribute(attribute, random), 0.2),
  })),
  'attributes missing or twice': onNodes((node, _, random) => ({
    ...node,
    attributes: node.attributes.flatMap((attribute) =>
      Array.from({ length: random.integer(0, 2) }, () => attribute),
    ),
  })),
  'nodes missing': (graph, random) => ({ ...graph, nodes: graph.nodes.filter(() => random.unit() < 0.95) }),
  'nodes in any order': (graph, random) => ({
    ...graph,
    nodes: random.permutation(graph.nodes.length).map((index) => graph.nodes[index]!),
  }),
  'shapes of initializers': onInitializers((tensor, random) => ({
    ...tensor,
    dims: damagedDims(tensor.dims, random),
  })),
  'initializers without data': onInitializers((tensor, random) => ({
    ...tensor,
    data: null,
    dims: random.unit() < 0.5 ? tensor.dims : damagedDims(tensor.dims, random),
  })),
  'initializers of another type': onInitializers((tensor, random) => ({
    ...tensor,
    dataType: pick(random, [random.integer(0, HIGHEST_DATA_TYPE), ...AWKWARD_INTEGERS]),
  })),
  'initializers in other files': onInitializers((tensor, random) => ({
    ...tensor,
    data: { field: 'external_data', values: externalEntries(random) },
  })),
  'initializers of damaged bytes': onInitializers((tensor, random) => {
    if (tensor.data?.field !== 'raw_data') return tensor;
    const values = Uint8Array.from(tensor.data.values);
    for (let count = 4; count > 0; count -= 1)
      values[random.integer(0, values.length)] = pick(random, [0, 0x7f, 0xff]);
    const cut = random.unit() < 0.3 ? random.integer(0, values.length) : values.length;
    return { ...tensor, data: { field: 'raw_data', values: values.slice(0, cut) } };
  }),
  'names of initializers': onInitializers((tensor, random) => ({
    ...tensor,
    name: pick(random, AWKWARD_TEXTS),
  })),
  'initializers twice': (graph, random) => ({
    ...graph,
    initializers: [...graph.initializers, ...graph.initializers.slice(0, random.integer(0, 2))],
  }),
  'shapes of inputs': (graph, random) => ({
    ...graph,
    inputs: damageSome(random, graph.inputs, (input) =>
      input.type?.kind === 'tensor'
        ? {
            ...input,
            type: {
              ...input.type,
              dims:
                random.unit() < 0.1
                  ? null
                  : damagedDims(
                      (input.type.dims ?? []).map((extent) => (typeof extent === 'number' ? extent : 1)),
                      random,
                    ),
              dataType: random.unit() < 0.2 ? random.integer(0, HIGHEST_DATA_TYPE) : onnxDataType('float32'),
            },
          }
        : { ...input, type: null },
    ),
  }),
  'other outputs': (graph, random) => ({
    ...graph,
    outputs: pick(random, [
      [],
      [...graph.outputs, ...graph.outputs],
      graph.inputs,
      graph.valueInfos.slice(0, 3),
    ]),
  }),
};
