import { describe, expect, it } from 'vitest';
import { parseModel } from '../../../src/importers/load-model.js';
import { tensor } from '../../../src/tensor/tensor.js';
import { described } from '../../support/tflite/model-parts.js';
import { runWritten } from '../../support/tflite/run-imported.js';
import { storedBytes } from '../../support/tflite/stored-bytes.js';
import { writeTflite, type SubgraphToWrite } from '../../support/tflite-writer.js';

/** Models of several operators: names, ports, and values that are read more than once. */

const half = [0.5, 0] as const;
const codes = described('int8', [1, 4], half);
const names = (subgraph: SubgraphToWrite): SubgraphToWrite => ({
  ...subgraph,
  tensors: subgraph.tensors.map((each, index) => ({ name: `tensor ${index}`, ...each })),
});
const fed = (...values: readonly number[]) => tensor('int8', [1, 4], Int8Array.from(values));

describe('a model of several inputs and outputs', () => {
  const model = names({
    tensors: [codes, codes, codes, codes, codes],
    operators: [
      { name: 'ADD', inputs: [1, 0], outputs: [2] },
      { name: 'RELU', inputs: [2], outputs: [3] },
      { name: 'NEG', inputs: [0], outputs: [4] },
    ],
    inputs: [1, 0],
    // A value that is read on, one that is not, and an input as it came; the last operator is dead.
    outputs: [3, 2, 1],
  });

  it('has its ports in the order of the file, and drops what nobody reads', () => {
    const { graph, outputs } = runWritten(model, [fed(1, -2, 3, 100), fed(10, -20, 30, 40)]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['tensor 1', 'tensor 0']);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['tensor 3', 'tensor 2', 'tensor 1']);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['add', 'lut']);
    expect(outputs).toEqual([
      [11, 0, 33, 127],
      [11, -22, 33, 127],
      [1, -2, 3, 100],
    ]);
  });

  it('keeps tensors of one name apart', () => {
    const alike = { ...model, tensors: model.tensors.map((each) => ({ ...each, name: 'x' })) };
    const { graph, outputs } = runWritten(alike, [fed(1, -2, 3, 100), fed(10, -20, 30, 40)]);
    expect(new Set(graph.values.keys()).size).toBe(graph.values.size);
    expect(outputs[1]).toEqual([11, -22, 33, 127]);
  });
});

describe('edges in real numbers', () => {
  it('QUANTIZE rounds halves away from zero, DEQUANTIZE gives float32', () => {
    const model = names({
      tensors: [{ type: 'float32', shape: [1, 4] }, codes, codes, { type: 'float32', shape: [1, 4] }],
      operators: [
        { name: 'QUANTIZE', inputs: [0], outputs: [1] },
        { name: 'ADD', inputs: [1, 1], outputs: [2] },
        { name: 'DEQUANTIZE', inputs: [2], outputs: [3] },
      ],
      inputs: [0],
      outputs: [3],
    });
    const x = tensor('float32', [1, 4], Float32Array.of(0.25, -0.25, 0.75, 100));
    // Codes 1, −1, 2 and 127; doubled; halved.
    expect(runWritten(model, [x]).outputs).toEqual([[1, -1, 2, 63.5]]);
  });
});

describe('weights that are shared', () => {
  const layer = { name: 'FULLY_CONNECTED', options: {} } as const;
  const weights = {
    ...described('int8', [4, 4], [0.25, 0]),
    data: storedBytes('int8', [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 1, 1, 1, 1]),
  };
  it('serve two layers, one of which has no bias', () => {
    const bias = { ...described('int32', [4], [0.125, 0]), data: storedBytes('int32', [4, 8, -4, 0]) };
    const model = names({
      tensors: [codes, weights, codes, codes, bias],
      operators: [
        { ...layer, inputs: [0, 1, -1], outputs: [2] },
        { ...layer, inputs: [2, 1, 4], outputs: [3] },
      ],
      inputs: [0],
      outputs: [2, 3],
    });
    const { outputs } = runWritten(model, [fed(10, -7, 4, 0)], 'tflite-micro');
    // A quarter of 2x: 5, −3.5, 2; of the sum 7: 1.75.
    expect(outputs[0]).toEqual([5, -4, 2, 2]);
    // A quarter of 2x + bias: 3.5, 0, 0; of the sum 5, halved twice and rounded each time: 2.5, 3, 1.5, 2.
    expect(outputs[1]).toEqual([4, 0, 0, 2]);
  });

  it('of a hybrid model become real numbers', () => {
    const reals = { type: 'float32', shape: [1, 4] } as const;
    const model = names({
      tensors: [reals, weights, reals],
      operators: [{ ...layer, inputs: [0, 1, -1], outputs: [2] }],
      inputs: [0],
      outputs: [2],
    });
    const graph = parseModel(writeTflite(model), { file: 'hybrid.tflite' });
    expect(graph.dialect).toBe('float');
    expect([...graph.constants.values()].map(({ type }) => type)).toEqual(['float32']);
    expect([...[...graph.constants.values()][0]!.data].slice(-4)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});
