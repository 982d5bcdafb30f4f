import { expect, it } from 'vitest';
import { FloatRunner, IntegerRunner } from '../../src/engine/run.js';
import { parseModel } from '../../src/importers/load-model.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { tensorFrom, type Tensor } from '../../src/tensor/tensor.js';
import { onnxCaseFiles, type OnnxCase } from '../support/onnx-cases.js';
import { onnxBytes, onnxNode } from '../support/onnx-model.js';
import { describeShared } from '../support/shared.js';

type Answers = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
>;

/** A one-node model and what runs it: the integer graph under both kernel sets, and the float graph as written. */
function runs({ inputs, nodes }: OnnxCase): {
  readonly outputs: readonly string[];
  readonly results: Tensor[][];
} {
  const [{ name, dims, data }] = inputs as [OnnxCase['inputs'][number]];
  const { outputs } = nodes[0]!;
  const bytes = onnxBytes({
    inputs: { [name]: dims },
    nodes: nodes.map((node) => onnxNode(node.op, node.inputs, node.outputs)),
    outputs,
  });
  const given = [tensorFrom('float32', dims, data)];
  const graph = parseModel(bytes, { file: 'case.onnx' }) as IntGraph;
  return {
    outputs,
    results: [
      [...new IntegerRunner(graph).run(given).codes],
      [...new IntegerRunner(graph, referenceKernels).run(given).codes],
      [...new FloatRunner(importOnnx(bytes, { file: 'case.onnx' })).run(given)],
    ],
  };
}

describeShared('DynamicQuantizeLinear of the shared vectors, imported', () => {
  it('gives every code, scale and zero point of ONNX Runtime', () => {
    const file = onnxCaseFiles().find(({ name }) => name === 'onnx_dynamicquantizelinear')!;
    let compared = 0;
    const wrong: string[] = [];
    for (const [number, testCase] of file.cases().entries()) {
      const { outputs, results } = runs(testCase);
      const answers = outputs.map((name) => (testCase['expected'] as Answers)[name]!);
      for (const result of results) {
        answers.forEach(({ shape, data }, which) => {
          const got = result[which]!;
          compared += data.length;
          if (got.shape.join() !== shape.join()) wrong.push(`case ${number}: shape ${got.shape.join('x')}`);
          data.forEach((value, i) => {
            if (got.data[i] !== value) wrong.push(`case ${number}, ${outputs[which]}[${i}]: ${got.data[i]}`);
          });
        });
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });
});
