import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowRunner, type RowOutputs } from '../../src/engine/rows/row-runner.js';
import { FloatRunner, IntegerRunner } from '../../src/engine/run.js';
import { calibrateRanges, observers } from '../../src/ptq/observe/calibrate.js';
import { Extremes, Histogram } from '../../src/ptq/observe/histogram.js';
import type { Sample } from '../../src/ptq/observe/observe-sample.js';
import { simdKernels } from '../../src/kernels/simd/index.js';
import { KernelMemory } from '../../src/kernels/simd/kernel-memory.js';
import { quantize } from '../../src/ptq/quantize.js';
import { FLOAT32, type IntGraph } from '../../src/ir/graph.js';
import type { FloatTensor } from '../../src/tensor/tensor.js';
import { anyFloatGraph, type FloatGraphCase } from '../arbitraries/float-graphs.js';

/** A thread takes a while to start from source: few graphs, each of many steps. */
const GRAPHS = fc.sample(anyFloatGraph(undefined, 12), { numRuns: 2 });

/** Enough rows for several batches. */
const rowsOf = (samples: readonly (readonly FloatTensor[])[]): (readonly FloatTensor[])[] =>
  Array.from({ length: 40 }, (_, index) => samples[index % samples.length]!);

/** The graph and then, in float32 on the host, the softmax of its first output. */
function withHostWork(graph: IntGraph): IntGraph {
  const codes = graph.outputs[0]!.value;
  const { shape } = graph.values.get(codes)!;
  const host = [
    { op: 'dequantizeLinear', from: codes, to: 'host reals' },
    { op: 'softmax', from: 'host reals', to: 'host softmax' },
  ] as const;
  return {
    ...graph,
    nodes: [
      ...graph.nodes,
      ...host.map(({ op, from, to }) => {
        const place = { name: to, inputs: [from], output: to };
        return { ...place, op: 'float', operator: { ...place, op } } as const;
      }),
    ],
    values: new Map([
      ...graph.values,
      ...host.map(({ to }) => [to, { id: to, shape, type: FLOAT32 }] as const),
    ]),
    outputs: [...graph.outputs, { name: 'softmax', value: 'host softmax', permutation: null }],
  };
}

interface Crewlike<Row, Answer> {
  readonly rowsHere: number;
  run(rows: Iterable<Row>): Iterable<Answer>;
  assemble(): void;
  close(): void;
}

/** The answers to rows, of which others than this thread made some. */
function answersOf<Row, Answer>(
  crew: Crewlike<Row, Answer>,
  rows: readonly Row[],
  threads: number,
): Answer[] {
  try {
    let asked = 1;
    expect([...crew.run(rows.slice(0, 1))]).toHaveLength(1);
    crew.assemble();
    for (;;) {
      const answers = [...crew.run(rows)];
      asked += rows.length;
      if (threads === 1 || crew.rowsHere < asked) return answers;
    }
  } finally {
    crew.close();
  }
}

describe.each(GRAPHS)('a network, %#', ({ graph, samples }) => {
  const rows = rowsOf(samples);

  it('makes the same of rows in one, two and three threads, in codes and in float32', () => {
    const integer = withHostWork(quantize(graph, samples).graph);
    const outputsIn = (threads: number): RowOutputs[] =>
      answersOf(new RowRunner(new IntegerRunner(integer), new FloatRunner(graph), threads), rows, threads);
    const one = outputsIn(1);
    expect(outputsIn(2)).toEqual(one);
    expect(outputsIn(3)).toEqual(one);
  });

  const wanted = new Set([...graph.values.keys()].filter((id) => !graph.constants.has(id)));

  it('shows the same of samples in one and two threads', () => {
    const ranges = new Map([...wanted].map((id) => [id, { min: -2, max: 3 }]));
    const asked: Sample[] = rows.slice(0, 9).flatMap((inputs) => [
      { inputs, ranges: null },
      { inputs, ranges },
    ]);
    const shownIn = (threads: number): unknown =>
      answersOf(observers({ graph, wanted }, threads), asked, threads).map(({ extremes, counts }) => ({
        extremes: [...extremes].map(([id, seen]) => [id, { ...seen }]),
        counts,
      }));
    expect(shownIn(2)).toEqual(shownIn(1));
  });

  it.each(['minMax', 'mse'] as const)('is calibrated to the same ranges by %s', (method) => {
    const options = { method, format: { bits: 8, signed: true }, rule: 'free' } as const;
    const rangesIn = (threads: number): unknown => [
      ...calibrateRanges(graph, rows, wanted, { ...options, threads }),
    ];
    expect(rangesIn(2)).toEqual(rangesIn(1));
  });
});

it('lets kernels in another thread find every constant where the first has it', () => {
  const [{ graph, samples }] = fc.sample(anyFloatGraph(['conv', 'fullyConnected'], 9), 1) as [FloatGraphCase];
  const { graph: integer } = quantize(graph, samples);
  const first = new KernelMemory();
  new IntegerRunner(integer, simdKernels(first), first).run(samples[0]!);
  const [part] = first.parts(1);
  expect(part!.constants.length).toBeGreaterThan(3);
  const second = new KernelMemory(part);
  const runner = new IntegerRunner(integer, simdKernels(second), second);
  expect(second.workspace.heap.most).toBe(part!.start);
  const codes = (of: IntegerRunner): unknown => of.run(samples[1]!).codes;
  expect(codes(runner)).toEqual(codes(new IntegerRunner(integer)));
});

it('lets kernels in another thread choose what the first has chosen', () => {
  const first = new KernelMemory();
  const chosen = [first.decided(() => 'a'), first.decided(() => 'b')];
  const second = new KernelMemory(first.parts(1)[0]);
  const choices = ['x', 'y', 'z'].map((other) => second.decided(() => other));
  expect([chosen, choices]).toEqual([
    ['a', 'b'],
    ['a', 'b', 'z'],
  ]);
});

/** Values of one sample after the other; zeros of both signs, and at times what is no number. */
const anySamples = fc.array(
  fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, NaN, Infinity)), { minLength: 1 }),
  { minLength: 1, maxLength: 5 },
);

describe('what samples show one by one', () => {
  it('adds up to the extremes of all', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const [merged, all] = [new Extremes(), new Extremes()];
        for (const sample of samples) {
          const one = new Extremes();
          one.add(sample);
          merged.merge(one);
          all.add(sample);
        }
        expect(merged).toEqual(all);
      }),
    );
  });

  it('adds up to the counts of all', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const [merged, all] = [new Histogram(-1, 2, 16), new Histogram(-1, 2, 16)];
        for (const sample of samples) {
          const one = new Histogram(-1, 2, 16);
          one.add(sample);
          merged.merge(one.counts);
          all.add(sample);
        }
        expect(merged.counts).toEqual(all.counts);
      }),
    );
  });
});
