import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { FloatRunner, IntegerRunner } from '../../src/engine/run.js';
import { parseModel } from '../../src/importers/load-model.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { tensorFrom, type Tensor } from '../../src/tensor/tensor.js';
import { onnxCaseFiles, type OnnxCase } from '../support/onnx-cases.js';
import { codes, floats, onnxBytes, onnxNode } from '../support/onnx-model.js';
import { OrtModel } from '../support/onnx-runtime.js';
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

const numbers = (count: number, make: () => number): number[] => Array.from({ length: count }, make);

/** DynamicQuantizeLinear → MatMulInteger → Cast → Mul by both scales → Add: what exporters make of a layer of a transformer. */
function dynamicLayer(
  random: Random,
  [rows, features, outputs]: readonly [number, number, number],
  weights: { readonly min: number; readonly zeroPoint: number },
): Uint8Array {
  const weight = numbers(features * outputs, () => random.integer(weights.min, 127));
  return onnxBytes({
    inputs: { x: [rows, features] },
    initializers: {
      w: codes('int8', [features, outputs], weight),
      wz: codes('int8', [], [weights.zeroPoint]),
      ws: floats(
        [outputs],
        numbers(outputs, () => random.uniform(0.001, 0.01)),
      ),
      b: floats(
        [outputs],
        numbers(outputs, () => random.normal()),
      ),
    },
    nodes: [
      onnxNode('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']),
      onnxNode('MatMulInteger', ['q', 'w', 'z', 'wz'], ['sums']),
      onnxNode('Cast', ['sums'], ['numbers'], { to: 1n }),
      onnxNode('Mul', ['s', 'ws'], ['scale']),
      onnxNode('Mul', ['numbers', 'scale'], ['scaled']),
      onnxNode('Add', ['scaled', 'b'], ['y']),
    ],
    outputs: ['y'],
  });
}

describe('a dynamically quantized layer as ONNX Runtime runs it', () => {
  const optimizations = ['disabled', 'all'] as const;
  it.each(optimizations)('gives the same float32 numbers, optimization %s', async (optimization) => {
    const random = new Random(24);
    let [compared, differing, largestSum] = [0, 0, 0];
    for (let round = 0; round < 20; round += 1) {
      const extents = [random.integer(1, 4), random.integer(1, 1600), random.integer(1, 9)] as const;
      const isPositive = round % 2 === 0;
      const weights = isPositive ? { min: 64, zeroPoint: 0 } : { min: -128, zeroPoint: 3 };
      const bytes = dynamicLayer(random, extents, weights);
      const [rows, features] = extents;
      const values = numbers(rows * features, () => (isPositive ? random.uniform(0.5, 1) : random.normal()));
      const x = tensorFrom('float32', [rows, features], Float32Array.from(values));
      const model = await OrtModel.load(bytes, optimization);
      const [want] = await model.run([x]);
      await model.release();
      const graph = parseModel(bytes, { file: 'layer.onnx' }) as IntGraph;
      const [got] = new IntegerRunner(graph).run([x], (id, { data }) => {
        if (id === 'sums') for (const sum of data) largestSum = Math.max(largestSum, Math.abs(sum));
      }).codes;
      compared += want!.data.length;
      for (const [i, y] of want!.data.entries()) if (!Object.is(got!.data[i], y)) differing += 1;
    }
    expect(differing).toBe(0);
    expect(compared).toBeGreaterThan(150);
    expect(largestSum).toBeGreaterThan(2 ** 24);
  });
});
