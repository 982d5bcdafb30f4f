import { expect, it } from 'vitest';
import { INT32, INT8 } from '../../src/arith/int-format.js';
import { Random } from '../../src/core/random.js';
import { GraphBuilder } from '../../src/ir/builder.js';
import type { IntGraph, ValueType } from '../../src/ir/graph.js';
import type { IntNode } from '../../src/ir/operators.js';
import { Executor } from '../../src/kernels/executor.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { simdKernels } from '../../src/kernels/simd/index.js';
import { KernelMemory } from '../../src/kernels/simd/kernel-memory.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { tensorFrom, type IntTensor } from '../../src/tensor/tensor.js';
import { POINT_WINDOW } from '../../src/tensor/window.js';

const IMAGE = [1, 9, 9, 20] as const;
const CHANNELS = IMAGE[3];
const codes: ValueType = { kind: 'int', format: INT8, quantization: null };
const clamp = { min: -128, max: 127 };
const random = new Random(3);

function randomCodes(shape: Shape): IntTensor {
  const values = Array.from({ length: elementCount(shape) }, () => random.integer(-128, 127));
  return tensorFrom('int8', shape, values);
}

const shifted = (shift: number) => ({
  requantizer: { kind: 'shift', rounding: 'halfUp', shifts: [shift] } as const,
  outputZeroPoint: 0,
  clamp,
});

const port = (value: string) => ({ name: value, value, permutation: null });

/** A residual block and what follows: values that several nodes read, values under two shapes, two results. */
function residualGraph(): IntGraph {
  const builder = new GraphBuilder<IntNode>();
  builder.addInput('x', IMAGE, codes);
  builder.addConstant('weight', randomCodes([CHANNELS, 3, 3, 1]), codes);
  const bias = tensorFrom(
    'int32',
    [CHANNELS],
    Array.from({ length: CHANNELS }, (_, i) => 100 * i - 900),
  );
  builder.addConstant('bias', bias, { kind: 'int', format: INT32, quantization: null });
  const window = { ...POINT_WINDOW, kernelHeight: 3, kernelWidth: 3 };
  const padded = { ...window, padTop: 1, padBottom: 1, padLeft: 1, padRight: 1 };
  const zeroPoints = { inputZeroPoints: [3, 5] as const };
  const nodes = [
    {
      op: 'depthwiseConv2d',
      ...padded,
      groups: CHANNELS,
      inputZeroPoint: 3,
      weightZeroPoint: 0,
      ...shifted(8),
      inputs: ['x', 'weight', 'bias'],
      output: 'depthwise',
    },
    {
      op: 'add',
      ...zeroPoints,
      leftShift: 4,
      inputRequantizers: [shifted(0).requantizer, shifted(1).requantizer],
      ...shifted(5),
      inputs: ['x', 'depthwise'],
      output: 'sum',
    },
    { op: 'maxPool', ...window, strideHeight: 2, strideWidth: 2, inputs: ['sum'], output: 'pooled' },
    { op: 'reshape', shape: [1, 16, CHANNELS], inputs: ['pooled'], output: 'flat' },
    { op: 'concat', axis: 3, inputs: ['pooled', 'pooled'], output: 'twice' },
    {
      op: 'mean',
      axes: [1, 2],
      keepDims: true,
      inputZeroPoint: 0,
      ...shifted(4),
      inputs: ['twice'],
      output: 'mean',
    },
  ];
  for (const node of nodes) builder.addNode({ ...node, name: node.output } as unknown as IntNode, codes);
  return builder.finish<IntGraph>('integer', 'residual', [port('x')], ['flat', 'mean'].map(port), {});
}

it('leaves results as they are when it runs again, and grows no further', () => {
  const graph = residualGraph();
  const memory = new KernelMemory();
  const emitted = new Executor(graph, simdKernels(memory), memory);
  const reference = new Executor(graph, referenceKernels);
  const images = Array.from({ length: 5 }, () => randomCodes(IMAGE));
  const runs = images.map((image) => {
    const observed: number[][] = [];
    const results = emitted.run([image], (_, value) => observed.push(Array.from(value.data)));
    return { results, observed, bytes: memory.workspace.memory.buffer.byteLength };
  });
  runs.forEach(({ results, observed }, index) => {
    const wanted: number[][] = [];
    const wantedResults = reference.run([images[index]!], (_, value) => wanted.push(Array.from(value.data)));
    expect(observed).toEqual(wanted);
    expect(results).toEqual(wantedResults);
  });
  expect(new Set(runs.map(({ results }) => results[1]!.data.join())).size).toBe(images.length);
  expect(new Set(runs.slice(1).map(({ bytes }) => bytes)).size).toBe(1);
  expect(memory.workspace.heap.most).toBeLessThan(2 ** 20);
});
