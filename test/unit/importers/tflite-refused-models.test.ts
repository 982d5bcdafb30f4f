import { describe, expect, it } from 'vitest';
import { refusal, same } from '../../support/tflite/refusal.js';
import {
  writeTflite,
  writeTfliteModel,
  type OperatorToWrite,
  type SubgraphToWrite,
  type TensorToWrite,
} from '../../support/tflite-writer.js';

describe('operators that there is no way to run', () => {
  it.each<{ name: OperatorToWrite['name']; customCode?: string; found: string }>([
    { name: 'SVDF', found: 'SVDF, which keeps state from one run to the next' },
    { name: 'LSTM', found: 'LSTM, which keeps state from one run to the next' },
    {
      name: 'UNIDIRECTIONAL_SEQUENCE_LSTM',
      found: 'UNIDIRECTIONAL_SEQUENCE_LSTM, which keeps state from one run to the next',
    },
    { name: 'WHILE', found: 'WHILE' },
    {
      name: 'CUSTOM',
      customCode: 'TFLite_Detection_PostProcess',
      found: "CUSTOM 'TFLite_Detection_PostProcess'",
    },
    { name: 'BUILTIN_9999', found: 'BUILTIN_9999' },
  ])('$found', ({ name, customCode = null, found }) => {
    const operator = { name, customCode, inputs: [0], outputs: [1] } as OperatorToWrite;
    const relu: OperatorToWrite = { name: 'RELU', inputs: [1], outputs: [2] };
    const message = refusal(
      writeTflite({
        tensors: [0, 1, 2].map((index): TensorToWrite => ({ ...same, name: `tensor ${index}` })),
        operators: [operator, relu],
        inputs: [0],
        outputs: [2],
      }),
    );
    const start = `m.tflite: operator 0 ${name} ('tensor 1'): found the operator ${found}, expected one of ABS, ADD, `;
    expect(message.slice(0, start.length)).toBe(start);
  });
});

describe('models that are none of ours', () => {
  const relu: OperatorToWrite = { name: 'RELU', inputs: [0], outputs: [1] };
  const identity: SubgraphToWrite = { tensors: [same, same], operators: [relu], inputs: [0], outputs: [1] };
  const taking = (tensor: TensorToWrite): string =>
    refusal(writeTflite({ ...identity, tensors: [tensor, same] }));

  it('several subgraphs, or none', () => {
    const expected = 'expected one: control flow is not supported';
    expect(refusal(writeTfliteModel([identity, identity]))).toBe(
      `m.tflite: model: found 2 subgraphs, ${expected}`,
    );
    expect(refusal(writeTfliteModel([]))).toBe(
      'm.tflite: byte 24 (model.subgraphs): found no subgraph, expected a TensorFlow Lite model',
    );
  });

  it.each(['string', 'complex64', 'bool', 'int4', 'resource'] as const)('tensors of type %s', (type) => {
    expect(taking({ type, shape: [2] })).toBe(
      `m.tflite: input tensor 0 't0': found a tensor of type ${type}, expected float32, float16 or one of int8, uint8, int16, uint16, int32, int64`,
    );
  });

  it.each([[[-1, 2]], [[0, 2]], [[2 ** 20, 2 ** 20]], [[1, 1, 1, 1, 1, 1, 1, 1, 1]]])('shape %j', (shape) => {
    expect(taking({ ...same, shape })).toBe(
      `m.tflite: input tensor 0 't0': found a tensor of shape ${shape.join('x')}, expected at most 8 axes of at least one element, and at most 268435456 elements; convert the model with a fixed input shape`,
    );
  });

  it('operators that come before what they read, and state that nothing makes', () => {
    const first: OperatorToWrite = { name: 'RELU', inputs: [2], outputs: [1] };
    const tensors = [same, same, same];
    const message =
      "m.tflite: operator 0 RELU ('t1'): found tensor 2 't2', which nothing before it makes, expected operators in the order of execution";
    expect(refusal(writeTflite({ ...identity, tensors, operators: [first] }))).toBe(message);
    const variable = [same, same, { ...same, isVariable: true }];
    expect(refusal(writeTflite({ ...identity, tensors: variable, operators: [first] }))).toBe(
      `${message}; models that keep state are not supported`,
    );
  });

  it('no outputs, and an output that nothing makes', () => {
    expect(refusal(writeTflite({ ...identity, outputs: [] }))).toBe(
      'm.tflite: model: found no outputs, expected at least one',
    );
    expect(refusal(writeTflite({ ...identity, operators: [] }))).toBe(
      "m.tflite: output tensor 1 't1': found tensor 1 't1', which nothing before it makes, expected operators in the order of execution",
    );
  });

  it('an input listed twice', () => {
    expect(refusal(writeTflite({ ...identity, inputs: [0, 0] }))).toBe(
      "m.tflite: input tensor 0 't0': found a constant, or an input listed twice, expected inputs",
    );
  });
});
