import { describe, expect, it } from 'vitest';
import { evaluate, ranked, type EvaluationRow } from '../../../src/engine/evaluate.js';
import { FloatRunner, IntegerRunner } from '../../../src/engine/run.js';
import { quantize } from '../../../src/ptq/quantize.js';
import { tensorFrom } from '../../../src/tensor/tensor.js';
import { FloatNet } from '../../support/float-net.js';

describe('a ranking', () => {
  it.each([
    { values: [3, 1, 2], count: 3, order: [0, 2, 1] },
    { values: [1, 5, 3, 5, 4], count: 2, order: [1, 3] },
    { values: [2, 2, 2], count: 2, order: [0, 1] },
    { values: [0, -1, 0, 1], count: 3, order: [3, 0, 2] },
    { values: [-Infinity, -2], count: 1, order: [1] },
    { values: [7], count: 5, order: [0] },
    { values: [], count: 5, order: [] },
  ])('of $values has $order as its first $count', ({ values, count, order }) => {
    expect(ranked(values, count)).toEqual(order);
  });

  it('is that of a stable sort', () => {
    const values = Array.from({ length: 200 }, (_, i) => Math.round(3 * Math.sin(i * i)));
    const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b);
    expect(ranked(values, 20)).toEqual(order.slice(0, 20));
  });
});

/** A network that answers with its input, so that a row says what the answer is. The integer one rounds to thirds. */
function runners(): { float: FloatRunner; integer: IntegerRunner } {
  const net = new FloatNet();
  const graph = net.finish([net.input([1, 6], 'x')]);
  const { graph: integer } = quantize(graph, [[tensorFrom('float32', [1, 6], [0, 85, 0, 0, 0, 0])]]);
  return { float: new FloatRunner(graph), integer: new IntegerRunner(integer) };
}

const row = (values: readonly number[], label: number | null): EvaluationRow => ({
  inputs: [tensorFrom('float32', [1, 6], values)],
  label,
});

describe('an evaluation', () => {
  const { float, integer } = runners();
  const rows = [
    row([9, 0, 0, 0, 0, 0], 0), // both right
    row([9, 8, 7, 6, 5, 4], 3), // both in the first five
    row([9, 8, 7, 6, 5, 4], 5), // both beyond
    row([1, 1.1, 0, 0, 0, 0], 1), // equal codes: the integer answer is the first of them
  ];

  it('counts first answers, first fives, and where both agree', () => {
    expect(evaluate(integer, float, rows)).toMatchObject({
      rows: 4,
      float: { top1Correct: 2, top5Correct: 3 },
      integer: { top1Correct: 1, top5Correct: 3 },
      sameTop1: 3,
    });
  });

  it('measures the error of dequantized outputs over all rows and elements', () => {
    const { meanAbsoluteError, maxAbsoluteError } = evaluate(integer, float, [
      row([0.1, 0, 0, 0, 0, 0], null),
      row([1.2, 1, 0, 0, 0, 0], null),
    ]);
    expect(maxAbsoluteError).toBeCloseTo(2 / 15, 6);
    expect(meanAbsoluteError).toBeCloseTo((0.1 + 2 / 15) / 12, 6);
  });

  it('without labels has no right answers, but still agreement', () => {
    const result = evaluate(integer, float, [row([1, 0, 0, 0, 0, 0], null)]);
    expect(result).toMatchObject({ rows: 1, float: null, integer: null, sameTop1: 1 });
  });

  it('without a float model has the integer side only', () => {
    expect(evaluate(integer, null, rows)).toEqual({
      rows: 4,
      float: null,
      integer: { top1Correct: 1, top5Correct: 3 },
      sameTop1: null,
      meanAbsoluteError: null,
      maxAbsoluteError: null,
    });
  });

  it('of no rows has no figures', () => {
    expect(evaluate(integer, float, [])).toEqual({
      rows: 0,
      float: null,
      integer: null,
      sameTop1: 0,
      meanAbsoluteError: null,
      maxAbsoluteError: null,
    });
  });

  it('takes rows one by one and says how many it has done', () => {
    const seen: string[] = [];
    function* drawn(): Generator<EvaluationRow> {
      for (const [index, next] of rows.entries()) {
        seen.push(`take ${index}`);
        yield next;
      }
    }
    evaluate(integer, float, drawn(), { progress: (done) => void seen.push(`done ${done}`) });
    expect(seen.slice(0, 4)).toEqual(['take 0', 'done 1', 'take 1', 'done 2']);
  });
});

describe('a runner', () => {
  const { float, integer } = runners();

  it.each([
    { name: 'float', run: float.run.bind(float) },
    { name: 'integer', run: integer.run.bind(integer) },
  ])('of the $name graph names the input that does not fit', ({ run }) => {
    expect(() => run([])).toThrow('inputs: found 0 tensors, expected one for each of x');
    expect(() => run([tensorFrom('float32', [6], [1, 2, 3, 4, 5, 6])])).toThrow(
      "input 'x': found a tensor of 6, expected 1x6",
    );
  });

  it('gives codes and the reals they stand for, and shows every value on the way', () => {
    const seen: string[] = [];
    const { codes, reals } = integer.run(
      [tensorFrom('float32', [1, 6], [0, 1, 2, 3, 85, 0])],
      (id, { data }) => seen.push(`${id}: ${data.join(' ')}`),
    );
    expect(Array.from(codes[0]!.data)).toEqual([-128, -125, -122, -119, 127, -128]);
    expect(reals[0]!.data[4]).toBeCloseTo(85, 4);
    expect(seen).toEqual(['x: -128 -125 -122 -119 127 -128']);
  });

  it('takes and gives tensors in the axes of the source model', () => {
    const net = new FloatNet();
    const graph = net.finish([net.input([1, 1, 2, 2], 'x')]);
    const nchw = (port: (typeof graph.inputs)[number], permutation: readonly number[]) => [
      { ...port, permutation },
    ];
    const ported = {
      ...graph,
      inputs: nchw(graph.inputs[0]!, [0, 2, 3, 1]),
      outputs: nchw(graph.outputs[0]!, [0, 3, 1, 2]),
    };
    const sample = tensorFrom('float32', [1, 2, 1, 2], [1, 2, 3, 4]);
    expect(new FloatRunner(ported).run([sample])).toEqual([sample]);
    expect(() => new FloatRunner(ported).run([tensorFrom('float32', [1, 1, 2, 2], [1, 2, 3, 4])])).toThrow(
      'expected 1x2x1x2',
    );
  });
});
