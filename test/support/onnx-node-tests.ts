import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PlainArray } from '../../src/formats/elements.js';
import type { OnnxModel } from '../../src/formats/onnx.js';
import { parseOnnxModel, parseOnnxTensorFile } from '../../src/formats/onnx-reader.js';
import { decodeOnnxTensor } from '../../src/formats/onnx-tensor.js';
import { opsetRange } from '../../src/importers/onnx/options.js';
import { sharedFiles } from './shared.js';

/** One of ONNX's own backend tests: a model, inputs and the outputs it must give. */
export interface OnnxNodeTest {
  readonly name: string;
  readonly model: OnnxModel;
  readonly operators: readonly string[];
  /** By input name; initializers that are listed as inputs have none. Decoded on demand: some types have no plain array. */
  readonly inputs: () => ReadonlyMap<string, PlainArray>;
  readonly outputs: () => readonly PlainArray[];
}

export function onnxNodeTests(): OnnxNodeTest[] {
  return sharedFiles('model.onnx', 'models', 'onnx-node-tests').map((path) => {
    const stated = parseOnnxModel(readFileSync(path));
    const data = join(dirname(path), 'test_data_set_0');
    const operators = [...new Set(stated.graph.nodes.map(({ opType }) => opType))];
    const initializers = new Set(stated.graph.initializers.map(({ name }) => name));
    const names = stated.graph.inputs.map(({ name }) => name).filter((name) => !initializers.has(name));
    return {
      name: basename(dirname(path)),
      model: inKnownOpset(withComputedOutputs(stated)),
      operators,
      inputs: () => {
        const arrays = tensorsOf(data, 'input');
        return new Map(names.map((name, index) => [name, arrays[index]!]));
      },
      outputs: () => tensorsOf(data, 'output'),
    };
  });
}

/**
 * The model under an opset the importer states. From 22 to 25 the operators tested here got further element types and no
 * other meaning; from 6 to 7 those that did change lost an attribute, which the importer refuses where it is still there.
 */
function inKnownOpset(model: OnnxModel): OnnxModel {
  const { version } = model.opsetImports.find(({ domain }) => domain === '')!;
  const known = Math.min(Math.max(version, opsetRange.oldest), opsetRange.newest);
  return { ...model, opsetImports: [{ domain: '', version: known }] };
}

/** Further outputs of these operators (statistics, masks, positions) are not computed: their tests keep the first. */
const firstOutputOnly = ['Dropout', 'LayerNormalization', 'MaxPool'];

function withComputedOutputs(model: OnnxModel): OnnxModel {
  const { graph } = model;
  if (!graph.nodes.some(({ opType }) => firstOutputOnly.includes(opType))) return model;
  const nodes = graph.nodes.map((node) => ({ ...node, outputs: node.outputs.slice(0, 1) }));
  return { ...model, graph: { ...graph, nodes, outputs: graph.outputs.slice(0, 1) } };
}

function tensorsOf(folder: string, kind: 'input' | 'output'): PlainArray[] {
  const count = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`)).length;
  return Array.from({ length: count }, (_, index) =>
    decodeOnnxTensor(parseOnnxTensorFile(readFileSync(join(folder, `${kind}_${index}.pb`)))),
  );
}
