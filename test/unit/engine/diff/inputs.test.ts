import { describe, expect, it } from 'vitest';
import { inputsFor } from '../../../../src/engine/diff/inputs.js';
import type { FloatGraph } from '../../../../src/ir/graph.js';
import type { Shape } from '../../../../src/tensor/shape.js';
import { tensorFrom } from '../../../../src/tensor/tensor.js';
import { FloatNet } from '../../../support/float-net.js';
import { halving } from './graphs.js';

/** Images NHWC inside; the file's axes as the permutation says. */
function images(shape: Shape, permutation: readonly number[] | null = null): FloatGraph {
  const net = new FloatNet();
  const graph = net.finish([net.relu(net.input(shape, 'x'))]);
  return { ...graph, inputs: [{ ...graph.inputs[0]!, permutation }] };
}

const codes = tensorFrom('int8', [1, 3], [2, 4, -6]);

describe('inputs of the first model, given to the second', () => {
  it('stay codes where both take the same', () => {
    const graph = halving('halfUp');
    expect(inputsFor(graph, graph)([codes])).toEqual([codes]);
  });

  it('are the real numbers that codes stand for elsewhere', () => {
    const reals = tensorFrom('float32', [1, 3], [1, 2, -3]);
    expect(inputsFor(halving('halfUp'), images([1, 3]))([codes])).toEqual([reals]);
    expect(inputsFor(halving('halfUp'), images([1, 3]))([reals])).toEqual([reals]);
  });

  it('have their axes in the order of its file', () => {
    const nhwc = tensorFrom('float32', [1, 2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const nchw = tensorFrom('float32', [1, 3, 2, 1], [1, 4, 2, 5, 3, 6]);
    const [last, first] = [images([1, 2, 1, 3]), images([1, 2, 1, 3], [0, 2, 3, 1])];
    expect(inputsFor(last, first)([nhwc])).toEqual([nchw]);
    expect(inputsFor(first, last)([nchw])).toEqual([nhwc]);
    expect(inputsFor(first, first)([nchw])).toEqual([nchw]);
  });

  it('are flattened where it takes a vector', () => {
    const image = tensorFrom('float32', [1, 2, 1, 3], [1, 2, 3, 4, 5, 6]);
    expect(inputsFor(images([1, 2, 1, 3]), images([1, 6]))([image])[0]).toEqual({ ...image, shape: [1, 6] });
  });

  it.each([
    {
      why: 'other sizes',
      a: images([1, 2, 2, 3]),
      b: images([1, 3, 3, 3]),
      says: "input 'x': found 1x3x3x3, expected 1x2x2x3",
    },
    {
      why: 'another number of them',
      a: images([1, 3]),
      b: { ...images([1, 3]), inputs: [] },
      says: 'inputs: found 0, expected 1',
    },
  ])('are refused with $why', ({ a, b, says }) => {
    expect(() => inputsFor(a, b)).toThrow(says);
  });
});
