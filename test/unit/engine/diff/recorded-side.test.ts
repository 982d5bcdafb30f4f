import { describe, expect, it } from 'vitest';
import { diffModels } from '../../../../src/engine/diff/diff.js';
import { recordedSide, type Recording } from '../../../../src/engine/diff/recorded-side.js';
import { modelSide } from '../../../../src/engine/diff/side.js';
import { FloatNet } from '../../../support/float-net.js';
import { halving, rowsOf } from './graphs.js';

const graph = halving('halfUp');

function recording(shape: readonly number[], data: readonly number[], isReal = false): Recording {
  return { shape, data, isReal };
}

const outputs = (of: Recording) =>
  recordedSide(graph, { outputs: new Map([['quarter', of]]), values: new Map() });
const values = (of: Readonly<Record<string, Recording>>) =>
  recordedSide(graph, { outputs: new Map(), values: new Map(Object.entries(of)) });

describe('recorded outputs', () => {
  it('are compared row by row, as codes', () => {
    const side = outputs(recording([2, 3], [1, 1, 2, 2, 3, 3]));
    const result = diffModels(
      modelSide(graph),
      side,
      rowsOf([
        [4, 4, 8],
        [8, 8, 12],
      ]),
    );
    expect(result).toMatchObject({ equal: false, nodes: [], unmatched: { first: [], second: [] } });
    // Quarters: 1, 1, 2 and 2, 2, 3.
    expect(result.outputs[0]).toMatchObject({
      compared: 'codes',
      elements: 6,
      differing: 1,
      firstElement: { row: 1, position: [0, 1], first: 2, second: 3 },
    });
    expect(result.top1).toMatchObject({ flips: 1, firstFlip: { row: 1, first: 2, second: 1 } });
  });

  it('that are real numbers are compared as their nearest codes', () => {
    const side = outputs(recording([1, 3], [0.6, 0.4, 1.3], true));
    const result = diffModels(modelSide(graph), side, rowsOf([[4, 4, 8]]));
    expect(result.outputs[0]).toMatchObject({
      compared: 'quantized',
      differing: 1,
      largest: 1,
      firstElement: { position: [0, 2], first: 2, second: 3 },
    });
  });

  it.each([
    {
      why: 'rows of another length',
      of: recording([3, 2], [1, 1, 1, 1, 1, 1]),
      says: "output 'quarter': found an array of 3x2, expected rows of 1x3",
    },
    { why: 'no rows', of: recording([0, 3], []), says: 'found an array of 0x3' },
    {
      why: 'codes of another format',
      of: recording([1, 3], [1, 200, 1]),
      says: "output 'quarter', element 1: found code 200, expected int8, -128 to 127",
    },
  ])('are refused that have $why', ({ of, says }) => {
    expect(() => outputs(of)).toThrow(says);
  });

  it('that are integers are refused for a model of real numbers', () => {
    const net = new FloatNet();
    const float = net.finish([net.input([1, 3], 'quarter')]);
    const recorded = { outputs: new Map([['quarter', recording([1, 3], [1, 2, 3])]]), values: new Map() };
    expect(() => recordedSide(float, recorded)).toThrow(
      "output 'quarter': found integers, expected real numbers",
    );
  });
});

describe('a trace', () => {
  it('is compared value by value, and stands for the output it holds', () => {
    const side = values({
      half: recording([1, 3], [2, 2, 4]),
      quarter: recording([1, 3], [1, 1, 5]),
    });
    const result = diffModels(modelSide(graph), side, rowsOf([[4, 4, 8]]));
    expect(side.rowCount).toBe(1);
    expect(result.nodes.map(({ value, differing }) => [value, differing])).toEqual([
      ['half', 0],
      ['quarter', 1],
    ]);
    expect(result.firstDifferent).toMatchObject({ index: 1, node: 'quarter.node', largest: 3 });
    expect(result.outputs).toMatchObject([{ output: 'quarter', differing: 1 }]);
    expect(result.unmatched.first).toMatchObject([{ value: 'x', reason: 'absent' }]);
  });

  it('lists what the model has not, or in another shape', () => {
    const side = values({
      half: recording([1, 4], [2, 2, 4, 0]),
      other: recording([1, 3], [1, 1, 5]),
      quarter: recording([1, 3], [1, 1, 2]),
    });
    const { unmatched } = diffModels(modelSide(graph), side, rowsOf([[4, 4, 8]]));
    expect(unmatched.second).toEqual([
      { index: null, node: null, operator: 'recorded', value: 'half', reason: 'shape' },
      { index: null, node: null, operator: 'recorded', value: 'other', reason: 'absent' },
    ]);
  });

  it('is refused where its members have different numbers of rows', () => {
    const members = { half: recording([2, 3], [0, 0, 0, 0, 0, 0]), quarter: recording([1, 3], [0, 0, 0]) };
    expect(() => values(members)).toThrow("'quarter': found 1 rows, expected 2, as many as of 'half'");
  });

  it('comes in the layout of the graph, outputs in the axes of the source model', () => {
    const net = new FloatNet();
    const plain = net.finish([net.input([1, 2, 1, 3], 'y')]);
    const port = { ...plain.outputs[0]!, permutation: [0, 3, 1, 2] };
    const graphOfImages = { ...plain, outputs: [port] };
    const inside = recording([1, 2, 1, 3], [1, 2, 3, 4, 5, 6], true);
    const recorded = { outputs: new Map<string, Recording>(), values: new Map([['y', inside]]) };
    const side = recordedSide(graphOfImages, recorded);
    expect(side.run(0, [], () => {})).toMatchObject([{ shape: [1, 3, 2, 1] }]);
    expect(Array.from(side.run(0, [], () => {})[0]!.data)).toEqual([1, 4, 2, 5, 3, 6]);
    expect(side.outputs[0]!.shape).toEqual([1, 3, 2, 1]);
  });
});
