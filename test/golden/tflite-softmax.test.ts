import { expect, it } from 'vitest';
import { softmaxScaling } from '../../src/arith/softmax-scaling.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { describeShared } from '../support/shared.js';
import { activation, runNode } from '../support/run-node.js';
import { failures, formatOfTensor, scaleOf, tfliteCases } from '../support/tflite-cases.js';

describeShared('softmax equals the real TensorFlow Lite Micro kernel', () => {
  it.each([
    { types: 'int8->int8', count: 41 },
    { types: 'int8->int16', count: 13 },
  ])('$types: $count cases', ({ types, count }) => {
    const cases = tfliteCases('softmax', [types]);
    const wrong = failures(cases, ({ params, inputs: [x], output }) => {
      const node = { op: 'softmax', ...softmaxScaling(scaleOf(x!), params['beta']) } as const;
      const given = activation(formatOfTensor(x!), x!.shape, x!.data);
      return runNode(referenceKernels, node, [given], formatOfTensor(output));
    });
    expect({ cases: cases.length, wrong }).toEqual({ cases: count, wrong: [] });
  });
});
