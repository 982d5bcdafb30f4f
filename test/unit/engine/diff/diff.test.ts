import { describe, expect, it } from 'vitest';
import { diffModels } from '../../../../src/engine/diff/diff.js';
import { modelSide } from '../../../../src/engine/diff/side.js';
import { FloatNet } from '../../../support/float-net.js';
import { GRID, halving, rowsOf } from './graphs.js';

const compare = (codes: readonly (readonly number[])[], labels?: readonly number[]) =>
  diffModels(modelSide(halving('halfUp')), modelSide(halving('halfEven')), rowsOf(codes, labels));

describe('two models of the same bits', () => {
  it('are equal in every value and every output', () => {
    const side = modelSide(halving('halfUp'));
    const result = diffModels(
      side,
      modelSide(halving('halfUp')),
      rowsOf([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    expect(result).toMatchObject({ rows: 2, equal: true, firstDifferent: null, top1: { flips: 0 } });
    expect(result.nodes.map(({ value, elements, differing }) => [value, elements, differing])).toEqual([
      ['x', 6, 0],
      ['half', 6, 0],
      ['quarter', 6, 0],
    ]);
    expect(result.unmatched).toEqual({ first: [], second: [] });
  });
});

describe('a rounding rule changed in one node', () => {
  // Halves of 1, 5 and 9 end in .5: up 1, 3 and 5, to even 0, 2 and 4.
  const result = compare([
    [2, 4, 6],
    [2, 5, 1],
    [9, 8, 0],
  ]);

  it('is found in that node, at the first element that differs', () => {
    expect(result.equal).toBe(false);
    expect(result.firstDifferent).toEqual({
      index: 0,
      node: 'half.node',
      operator: 'fullyConnected',
      value: 'half',
      compared: 'codes',
      elements: 9,
      differing: 3,
      largest: 1,
      mean: 3 / 9,
      largestSteps: null,
      sqnrDecibels: null,
      firstElement: { row: 1, position: [0, 1], first: 3, second: 2 },
    });
  });

  it('is counted in what follows', () => {
    // A quarter of 5: 3 / 2 up is 2, 2 / 2 is 1. Of 1: 1 / 2 up is 1, 0 is 0. Of 9: 5 / 2 up is 3, 4 / 2 is 2.
    expect(result.nodes[2]).toMatchObject({ value: 'quarter', differing: 3, largest: 1 });
    expect(result.outputs).toMatchObject([{ output: 'quarter', other: 'quarter', differing: 3 }]);
  });

  it('flips answers where it changes which element is largest', () => {
    // Row 1: 1, 2, 1 and 1, 1, 0. Row 2: 3, 2, 0 and 2, 2, 0: equal ones answer with the first.
    expect(result.top1).toEqual({
      flips: 1,
      firstFlip: { row: 1, first: 1, second: 0 },
      right: null,
    });
  });

  it('with labels, has the right answers of both', () => {
    const labelled = compare(
      [
        [2, 5, 1],
        [9, 8, 0],
        [0, 0, 4],
      ],
      [1, 0, 0],
    );
    expect(labelled.top1?.right).toEqual({ first: 2, second: 1 });
  });
});

describe('models with other names, grids or dialects', () => {
  it('lists the values that only one side has, and compares outputs by position', () => {
    const other = modelSide(halving('halfUp', { second: 'renamed' }));
    const result = diffModels(modelSide(halving('halfUp')), other, rowsOf([[1, 2, 3]]));
    expect(result.unmatched.first).toMatchObject([{ value: 'quarter', index: 1, reason: 'absent' }]);
    expect(result.unmatched.second).toMatchObject([{ value: 'renamed', node: 'renamed.node' }]);
    expect(result.outputs).toMatchObject([{ output: 'quarter', other: 'renamed', differing: 0 }]);
  });

  it('compares real numbers where the grids differ, also in steps of the first grid', () => {
    const coarse = { ...GRID, quantization: { scales: [1], zeroPoint: 1, axis: null } } as typeof GRID;
    const other = modelSide(halving('halfUp', { type: coarse }));
    const { nodes } = diffModels(modelSide(halving('halfUp')), other, rowsOf([[4, 4, 4]]));
    // Code 4 is 2 on the first grid, 3 on the second: 1 apart, two steps of a half. Halves: 1 and 1.
    expect(nodes[0]).toMatchObject({
      compared: 'reals',
      differing: 3,
      largest: 1,
      largestSteps: 2,
      firstElement: { row: 0, position: [0, 0], first: 2, second: 3 },
    });
    expect(nodes[0]!.sqnrDecibels).toBeCloseTo(10 * Math.log10(9), 12);
    expect(nodes[1]).toMatchObject({ value: 'half', compared: 'reals', differing: 0, sqnrDecibels: null });
  });

  it('passes over an input that one side rounds when it names the first difference', () => {
    const net = new FloatNet();
    const x = net.input([1, 3], 'x');
    net.node({ op: 'unary', function: { kind: 'clip', min: 0, max: 1 } }, [x], 'half');
    const float = net.finish(['half']);
    const rows = rowsOf([[2, 2, 2]]).map(({ inputs, ...row }) => ({
      ...row,
      inputs: {
        first: inputs.first,
        second: [{ ...inputs.first[0]!, type: 'float32', data: Float32Array.of(3, 3, 3) }],
      },
    })) as ReturnType<typeof rowsOf>;
    const result = diffModels(modelSide(halving('halfUp')), modelSide(float), rows);
    expect(result.nodes.map(({ value, differing }) => [value, differing])).toEqual([
      ['x', 3],
      ['half', 3],
    ]);
    expect(result.firstDifferent?.value).toBe('half');
  });

  it('refuses two models that have nothing in common', () => {
    const net = new FloatNet();
    const stranger = net.finish([net.relu(net.input([1, 5], 'y'))]);
    expect(() => diffModels(modelSide(halving('halfUp')), modelSide(stranger), [])).toThrow(
      'comparison: found no value and no output that both sides have in one shape',
    );
  });
});

it('takes rows one by one', () => {
  const seen: string[] = [];
  function* drawn() {
    for (const row of rowsOf([
      [1, 2, 3],
      [4, 5, 6],
    ])) {
      seen.push(`take ${row.row}`);
      yield row;
    }
  }
  const side = modelSide(halving('halfUp'));
  diffModels(side, side, drawn(), (done) => seen.push(`done ${done}`));
  expect(seen).toEqual(['take 0', 'done 1', 'take 1', 'done 2']);
});
