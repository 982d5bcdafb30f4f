import { assert } from '../../src/core/errors.js';
import { zeroElements, type ElementType, type PlainArray } from '../../src/formats/elements.js';
import { IntegerRunner } from '../../src/engine/run.js';
import { writeIntegerGraph } from '../../src/exporters/integer-graph.js';
import { readIntegerGraph } from '../../src/importers/integer-graph/read.js';
import { parseModel } from '../../src/importers/load-model.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { fastKernels } from '../../src/kernels/fast/index.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { tensor, type Tensor } from '../../src/tensor/tensor.js';
import type { OnnxTypeName } from '../../src/formats/onnx.js';
import type { AttributeValue as CaseAttribute, CaseNode, CaseTensor, OnnxCase } from './onnx-cases.js';
import { onnxBytes, onnxNode, type AttributeValue, type ModelParts } from './onnx-model.js';

/** The integer graph of an ONNX file. */
export function importedInteger(bytes: Uint8Array, semantics?: string): IntGraph {
  const graph = parseModel(bytes, { file: 'model.onnx', semantics });
  assert(graph.dialect === 'integer', 'a quantized model gives an integer graph', { dialect: graph.dialect });
  return graph;
}

/** What an imported model makes of its inputs, output by output: codes where its port has them, and the real numbers. */
export interface ImportedRun {
  readonly graph: IntGraph;
  readonly codes: readonly (readonly number[])[];
  readonly reals: readonly (readonly number[])[];
}

/**
 * Runs an integer graph by the reference kernels, by the fast ones, and by the fast ones again after the graph went to a file
 * and back.
 *
 * @throws InvariantError where one of the three makes something else.
 */
export function runEveryWay(graph: IntGraph, fed: readonly Tensor[]): ImportedRun {
  const again = readIntegerGraph(writeIntegerGraph(graph));
  const expected = outputsOf(new IntegerRunner(graph, referenceKernels), fed);
  const others = {
    fast: outputsOf(new IntegerRunner(graph, fastKernels), fed),
    'read back': outputsOf(new IntegerRunner(again, fastKernels), fed),
  };
  for (const [name, observed] of Object.entries(others)) {
    assert(JSON.stringify(observed) === JSON.stringify(expected), `${name}: the same outputs`, {
      expected: JSON.stringify(expected).slice(0, 200),
      observed: JSON.stringify(observed).slice(0, 200),
    });
  }
  return { graph, ...expected };
}

function outputsOf(runner: IntegerRunner, fed: readonly Tensor[]): Omit<ImportedRun, 'graph'> {
  const { codes, reals } = runner.run(fed);
  return { codes: codes.map(({ data }) => [...data]), reals: reals.map(({ data }) => [...data]) };
}

/** Imports a small model and runs it every way. */
export function runImportedOnnx(parts: ModelParts, fed: readonly Tensor[], semantics?: string): ImportedRun {
  return runEveryWay(importedInteger(onnxBytes(parts), semantics), fed);
}

/** The model of a case, with nodes, opset and types as it states them. */
export function modelOfCase(
  { nodes, initializers, inputs }: OnnxCase,
  outputs: readonly string[],
): ModelParts {
  return {
    opset: 17,
    inputs: Object.fromEntries(inputs.map(({ name, dims }) => [name, dims])),
    inputTypes: Object.fromEntries(inputs.map(({ name, dtype }) => [name, dtype as OnnxTypeName])),
    initializers: Object.fromEntries(initializers.map((each) => [each.name, arrayOfCase(each)])),
    nodes: nodes.map(nodeOfCase),
    outputs,
  };
}

function nodeOfCase({ op, inputs, outputs, attrs = {}, domain = '' }: CaseNode): ModelParts['nodes'][number] {
  const attributes = Object.entries(attrs).map(([name, value]) => [name, attributeOfCase(value)] as const);
  return { ...onnxNode(op, inputs, outputs, Object.fromEntries(attributes), op), domain };
}

function attributeOfCase(value: CaseAttribute): AttributeValue {
  if (typeof value === 'number') return BigInt(value);
  if (typeof value === 'string') return value;
  return 'f' in value ? value.f : value.map(BigInt);
}

function arrayOfCase({ dtype, dims, data }: CaseTensor): PlainArray {
  const elements = zeroElements(dtype as ElementType, data.length);
  data.forEach((value, index) => (elements[index] = value));
  return { type: dtype, shape: dims, data: elements } as PlainArray;
}

/** A tensor of a case as a run takes it. */
export function tensorOfCase({ dtype, dims, data }: CaseTensor): Tensor {
  const type = dtype as Tensor['type'];
  const { data: elements } = arrayOfCase({ dtype, dims, data });
  return tensor(type, dims, elements as never);
}
