import { UserError } from '../../core/errors.js';
import type { OnnxModel, OnnxTensor, OnnxValueInfo } from '../../formats/onnx.js';
import { parseOnnxModel } from '../../formats/onnx-reader.js';
import { inTopologicalOrder, isOnnxDomain, nameNodes, type SourceNode } from './node-order.js';
import { opsetRange } from './options.js';
import { withoutValues } from './without-values.js';

/** A source model whose names are known to make sense: each is given once, and before it is read. */
export interface SourceModel {
  readonly model: OnnxModel;
  /** Version of the `ai.onnx` operators; 0 where the file does not say. */
  readonly opset: number;
  /** In topological order. */
  readonly nodes: readonly SourceNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** The inputs that are no initializers: before IR version 4 files list both together. */
  readonly inputs: readonly OnnxValueInfo[];
}

export function readSourceModel(bytes: Uint8Array, shapesOnly = false): SourceModel {
  const model = shapesOnly ? withoutValues(parseOnnxModel(bytes)) : parseOnnxModel(bytes);
  const { graph } = model;
  if (graph.sparseInitializers.length > 0) {
    throw new UserError({ place: 'graph', found: 'sparse initializers', expected: 'dense ones' });
  }
  const initializers = uniqueByName(graph.initializers, 'initializer');
  const inputs = graph.inputs.filter(({ name }) => !initializers.has(name));
  const given = new Set([...initializers.keys(), ...uniqueByName(inputs, 'input').keys()]);
  const nodes = inTopologicalOrder(nameNodes(graph.nodes), given);
  refuseUnknownOutputs(model, new Set([...given, ...graph.nodes.flatMap(({ outputs }) => outputs)]));
  const opset = model.opsetImports.find(({ domain }) => isOnnxDomain(domain))?.version ?? 0;
  return { model, opset, nodes, initializers, inputs };
}

/** Every graph output must be made by somebody, and there must be one. */
function refuseUnknownOutputs({ graph }: OnnxModel, known: ReadonlySet<string>): void {
  uniqueByName(graph.outputs, 'output');
  const missing = graph.outputs.find(({ name }) => !known.has(name));
  if (missing !== undefined || graph.outputs.length === 0) {
    throw new UserError({
      place: 'graph',
      found: missing === undefined ? 'no outputs' : `output '${missing.name}', which nothing makes`,
      expected: 'at least one output, made by a node',
    });
  }
}

function uniqueByName<T extends { readonly name: string }>(items: readonly T[], what: string) {
  const byName = new Map<string, T>();
  for (const item of items) {
    if (byName.has(item.name) || item.name === '') {
      const problem = item.name === '' ? 'without a name' : `'${item.name}' twice`;
      throw new UserError({ place: 'graph', found: `an ${what} ${problem}`, expected: 'unique names' });
    }
    byName.set(item.name, item);
  }
  return byName;
}

/** Refuses an opset whose operators we do not state. */
export function refuseUnknownOpset({ opset }: SourceModel): void {
  const { oldest, newest } = opsetRange;
  if (opset >= oldest && opset <= newest) return;
  throw new UserError({
    place: 'opset_import',
    found: opset === 0 ? 'no opset of ai.onnx' : `opset ${opset} of ai.onnx`,
    expected: `opset ${oldest} to ${newest}`,
    suggestion: 'convert the model with onnx.version_converter, or export it with another opset_version',
  });
}
