import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { FloatGraph, ValueId } from '../../src/ir/graph.js';
import type { FloatNode } from '../../src/ir/operators.js';
import type { Pass } from '../../src/ir/pass.js';
import { graphProblems } from '../../src/ir/verify.js';
import { foldBatchNormalization } from '../../src/ptq/passes/fold-batch-normalization.js';
import { foldConstants } from '../../src/ptq/passes/fold-constants.js';
import { fuseActivations } from '../../src/ptq/passes/fuse-activations.js';
import { lowerChannelAffine } from '../../src/ptq/passes/lower-channel-affine.js';
import { lowerDivision } from '../../src/ptq/passes/lower-division.js';
import { prepareForQuantization } from '../../src/ptq/prepare.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { tensorFrom, type FloatTensor } from '../../src/tensor/tensor.js';
import { anyFloatGraph, type FloatGraphCase, type StepName } from '../arbitraries/float-graphs.js';
import { counterexample } from '../support/counterexample.js';
import { countOf, FloatNet, runFloat } from '../support/float-net.js';
import { windowWith } from '../support/identity.js';

/** Weights are rounded to float32 once more, and sums are taken in another order: a few units of 2^-24. */
const CLOSE = 2e-5;
const EXACT = 0;

/** The largest difference of any output, relative to the largest magnitude of that output (at least 1). */
function difference(before: FloatGraph, after: FloatGraph, samples: FloatGraphCase['samples']): number {
  let largest = 0;
  for (const sample of samples) {
    const outputs = runFloat(after, sample);
    runFloat(before, sample).forEach((expected, k) => {
      const magnitude = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      expected.data.forEach((value, i) => {
        const error = Math.abs(value - outputs[k]!.data[i]!) / magnitude;
        if (!(error <= largest)) largest = error;
      });
    });
  }
  return largest;
}

const run = (pass: Pass<FloatGraph>, graph: FloatGraph): { graph: FloatGraph; notes: string[] } => {
  const notes: string[] = [];
  return { graph: pass.run(graph, (text) => notes.push(text)), notes };
};

const RUNS = 100;

const around: readonly StepName[] = ['conv', 'depthwise', 'fullyConnected', 'transposedConvolution', 'add'];
const cases: readonly { pass: Pass<FloatGraph>; steps: readonly StepName[]; tolerance: number }[] = [
  {
    pass: foldBatchNormalization,
    steps: [...around, 'batchNormalization', 'batchNormalization'],
    tolerance: CLOSE,
  },
  { pass: lowerDivision, steps: [...around, 'division', 'reshape'], tolerance: CLOSE },
  { pass: lowerChannelAffine, steps: ['mul', 'batchNormalization', 'reshape', 'conv'], tolerance: CLOSE },
  { pass: fuseActivations, steps: [...around, 'relu', 'relu6', 'sub', 'mul', 'division'], tolerance: EXACT },
];

describe('a pass keeps the function of any network', () => {
  it.each(cases)('$pass.name', ({ pass, steps, tolerance }) => {
    const property = fc.property(anyFloatGraph(steps), ({ graph, samples }) => {
      const changed = run(pass, graph).graph;
      const problems = graphProblems(changed);
      if (problems.length > 0) throw new Error(problems.join('; '));
      const found = difference(graph, changed, samples);
      if (!(found <= tolerance)) throw new Error(`off by ${found}`);
    });
    expect(counterexample(property, RUNS)).toBe('');
  });

  it.each(cases)('$pass.name has work on networks as they are drawn', ({ pass, steps }) => {
    const drawn = fc.sample(anyFloatGraph(steps), { numRuns: RUNS, seed: 5 });
    const changed = drawn.filter(({ graph }) => run(pass, graph).graph !== graph);
    expect(changed.length).toBeGreaterThan(RUNS / 10);
  });

  it('all of them one after another, on networks of every operator', () => {
    const property = fc.property(anyFloatGraph(), ({ graph, samples }) => {
      const prepared = prepareForQuantization(graph, () => undefined);
      const left = prepared.nodes.filter(({ op }) => op === 'batchNormalization' || op === 'div');
      return left.length === 0 && difference(graph, prepared, samples) <= CLOSE;
    });
    expect(counterexample(property, 2 * RUNS)).toBe('');
  });
});

/** A net, and data from a seed for everything in it. */
class Drawn {
  readonly net = new FloatNet();
  readonly #random = new Random(11);

  numbers(shape: Shape, low = -1, high = 1): number[] {
    return Array.from({ length: elementCount(shape) }, () => this.#random.uniform(low, high));
  }

  constant(shape: Shape, low = -1, high = 1): ValueId {
    return this.net.constant(shape, this.numbers(shape, low, high));
  }

  batchNormalization(x: ValueId): ValueId {
    const channels = [this.net.shape(x).at(-1)!];
    return this.net.node({ op: 'batchNormalization', epsilon: 1e-3 }, [
      x,
      this.constant(channels, -2, 2),
      this.constant(channels),
      this.constant(channels),
      this.constant(channels, 0.1, 2),
    ]);
  }

  sample(graph: FloatGraph): FloatTensor[][] {
    return [
      graph.inputs.map(({ value }) => {
        const { shape } = graph.values.get(value)!;
        return tensorFrom('float32', shape, this.numbers(shape));
      }),
    ];
  }
}

const image = [1, 5, 4, 3] as const;

const linearOperators: readonly {
  readonly name: string;
  readonly make: (drawn: Drawn, x: ValueId, biased: boolean) => ValueId;
}[] = [
  {
    name: 'conv2d',
    make: (drawn, x, biased) =>
      drawn.net.node({ op: 'conv2d', ...windowWith([3, 2], { padTop: 1 }), groups: 1, activation: null }, [
        x,
        drawn.constant([4, 3, 2, 3]),
        ...(biased ? [drawn.constant([4])] : []),
      ]),
  },
  {
    name: 'depthwise conv2d',
    make: (drawn, x, biased) =>
      drawn.net.node({ op: 'conv2d', ...windowWith([2, 2]), groups: 3, activation: null }, [
        x,
        drawn.constant([6, 2, 2, 1]),
        ...(biased ? [drawn.constant([6])] : []),
      ]),
  },
  {
    name: 'convTranspose2d',
    make: (drawn, x, biased) =>
      drawn.net.node(
        {
          op: 'convTranspose2d',
          ...windowWith([3, 3], { strideHeight: 2, padLeft: 1 }),
          groups: 1,
          outputPaddingHeight: 1,
          outputPaddingWidth: 0,
          activation: null,
        },
        [x, drawn.constant([5, 3, 3, 3]), ...(biased ? [drawn.constant([5])] : [])],
      ),
  },
  {
    name: 'fullyConnected',
    make: (drawn, x, biased) =>
      drawn.net.node({ op: 'fullyConnected', activation: null }, [
        x,
        drawn.constant([7, 3]),
        ...(biased ? [drawn.constant([7])] : []),
      ]),
  },
];

describe('folding batch normalization', () => {
  it.each(linearOperators.flatMap((o) => [true, false].map((biased) => ({ ...o, biased }))))(
    'goes into the weights and bias of $name (bias of its own: $biased)',
    ({ make, biased }) => {
      const drawn = new Drawn();
      const y = drawn.batchNormalization(make(drawn, drawn.net.input(image), biased));
      const graph = drawn.net.finish([y]);
      const folded = run(foldBatchNormalization, graph).graph;
      expect(folded.nodes).toHaveLength(1);
      expect(folded.outputs[0]!.value).toBe(y);
      expect(difference(graph, folded, drawn.sample(graph))).toBeLessThan(CLOSE);
    },
  );

  it.each([
    { name: 'another reader', spoil: (net: FloatNet, x: ValueId): ValueId[] => [net.relu(x)] },
    { name: 'an output of the graph', spoil: (_: FloatNet, x: ValueId): ValueId[] => [x] },
  ])('declines where the un-normalized value has $name', ({ spoil }) => {
    const drawn = new Drawn();
    const x = linearOperators[0]!.make(drawn, drawn.net.input(image), true);
    const graph = drawn.net.finish([drawn.batchNormalization(x), ...spoil(drawn.net, x)]);
    expect(run(foldBatchNormalization, graph).graph).toBe(graph);
  });

  it('declines across an activation', () => {
    const drawn = new Drawn();
    const x = linearOperators[0]!.make(drawn, drawn.net.input(image), true);
    const graph = drawn.net.finish([drawn.batchNormalization(drawn.net.relu(x))]);
    const fused = run(fuseActivations, graph).graph;
    expect(countOf(run(foldBatchNormalization, graph).graph, 'batchNormalization')).toBe(1);
    expect(countOf(run(foldBatchNormalization, fused).graph, 'batchNormalization')).toBe(1);
  });

  it('declines with a note where the weights are computed at run time', () => {
    const drawn = new Drawn();
    const x = drawn.net.input([2, 3]);
    const weight = drawn.net.input([4, 3]);
    const y = drawn.net.node({ op: 'fullyConnected', activation: null }, [x, weight]);
    const graph = drawn.net.finish([drawn.batchNormalization(y)]);
    const { graph: same, notes } = run(foldBatchNormalization, graph);
    expect(same).toBe(graph);
    expect(notes).toEqual(["'batchNormalization' stays: the weights of 'fullyConnected' are not constant"]);
  });

  it('folds only the first of two in a row', () => {
    const drawn = new Drawn();
    const x = linearOperators[3]!.make(drawn, drawn.net.input(image), true);
    const graph = drawn.net.finish([drawn.batchNormalization(drawn.batchNormalization(x))]);
    const folded = run(foldBatchNormalization, graph).graph;
    expect(folded.nodes.map(({ op }) => op)).toEqual(['fullyConnected', 'batchNormalization']);
    expect(difference(graph, folded, drawn.sample(graph))).toBeLessThan(CLOSE);
  });

  it('leaves weights that two operators share as they are', () => {
    const drawn = new Drawn();
    const x = drawn.net.input(image);
    const weight = drawn.constant([4, 3]);
    const dense = (): ValueId => drawn.net.node({ op: 'fullyConnected', activation: null }, [x, weight]);
    const graph = drawn.net.finish([drawn.batchNormalization(dense()), dense()]);
    const folded = run(foldBatchNormalization, graph).graph;
    expect(countOf(folded, 'batchNormalization')).toBe(0);
    expect(folded.constants.get(weight)).toBe(graph.constants.get(weight));
    expect(difference(graph, folded, drawn.sample(graph))).toBeLessThan(CLOSE);
  });
});

describe('lowering divisions', () => {
  it('makes a product with reciprocal constants, computed once', () => {
    const drawn = new Drawn();
    const divisor = drawn.net.constant([3], [0.5, -4, 3]);
    const y = drawn.net.node({ op: 'div', activation: { min: 0, max: 6 } }, [
      drawn.net.input(image),
      divisor,
    ]);
    const lowered = run(lowerDivision, drawn.net.finish([y])).graph;
    expect(lowered.nodes).toMatchObject([{ op: 'mul', activation: { min: 0, max: 6 } }]);
    const reciprocals = [...lowered.constants.values()].map(({ data }) => Array.from(data));
    expect(reciprocals).toEqual([[2, -0.25, Math.fround(1 / 3)]]);
  });

  it('makes a table of reciprocals and a product where the divisor is an activation', () => {
    const drawn = new Drawn();
    const [x, divisor] = [drawn.net.input(image, 'x'), drawn.net.input(image, 'divisor')];
    const graph = drawn.net.finish([drawn.net.node({ op: 'div', activation: null }, [x, divisor])]);
    const lowered = run(lowerDivision, graph).graph;
    expect(lowered.nodes).toMatchObject([
      { op: 'unary', inputs: ['divisor'], function: { kind: 'reciprocal' } },
      { op: 'mul', inputs: ['x', lowered.nodes[0]!.output] },
    ]);
    expect(difference(graph, lowered, drawn.sample(graph))).toBeLessThan(CLOSE);
  });
});

const product = (drawn: Drawn, x: ValueId, factor: ValueId): FloatGraph =>
  drawn.net.finish([drawn.net.node({ op: 'mul', activation: null }, [x, factor])]);

describe('lowering what scales each channel', () => {
  it.each<{ name: string; x: Shape; factor: Shape; ops: readonly FloatNode['op'][] }>([
    { name: 'an image', x: image, factor: [3], ops: ['conv2d'] },
    { name: 'an image and a factor of rank 4', x: image, factor: [1, 1, 1, 3], ops: ['conv2d'] },
    { name: 'rows of tokens', x: [2, 5, 3], factor: [3], ops: ['reshape', 'conv2d', 'reshape'] },
    { name: 'a vector', x: [3], factor: [3], ops: ['reshape', 'conv2d', 'reshape'] },
    {
      name: 'tokens that a factor makes an image',
      x: [5, 4, 3],
      factor: [1, 1, 1, 3],
      ops: ['reshape', 'conv2d', 'reshape'],
    },
    { name: 'one channel', x: [1, 5, 4, 1], factor: [1], ops: ['conv2d'] },
  ])('turns $name into a depthwise convolution', ({ x, factor, ops }) => {
    for (const swapped of [false, true]) {
      const drawn = new Drawn();
      const operands = [drawn.net.input(x), drawn.constant(factor)] as const;
      const graph = swapped ? product(drawn, operands[1], operands[0]) : product(drawn, ...operands);
      const lowered = run(lowerChannelAffine, graph).graph;
      expect(lowered.nodes.map(({ op }) => op)).toEqual(ops);
      expect(difference(graph, lowered, drawn.sample(graph))).toBe(0);
    }
  });

  it.each<{ name: string; x: Shape; factor: Shape }>([
    { name: 'a factor for the whole tensor', x: image, factor: [1] },
    { name: 'a factor that differs along another axis', x: image, factor: [4, 1] },
    { name: 'a factor per element', x: [4, 3], factor: [4, 3] },
    { name: 'a factor that makes the tensor larger', x: [1, 1, 1, 1], factor: [3] },
  ])('leaves a product with $name', ({ x, factor }) => {
    const drawn = new Drawn();
    const graph = product(drawn, drawn.net.input(x), drawn.constant(factor));
    expect(run(lowerChannelAffine, graph).graph).toBe(graph);
  });

  it('leaves products of two activations and products with an activation of their own', () => {
    const drawn = new Drawn();
    const x = drawn.net.input(image);
    const square = drawn.net.node({ op: 'mul', activation: null }, [x, x]);
    const clamped = drawn.net.node({ op: 'mul', activation: { min: 0, max: 1 } }, [x, drawn.constant([3])]);
    const graph = drawn.net.finish([square, clamped]);
    expect(run(lowerChannelAffine, graph).graph).toBe(graph);
  });

  it('lowers a batch normalization that has nothing to fold into', () => {
    for (const shape of [image, [1, 6, 3]]) {
      const drawn = new Drawn();
      const graph = drawn.net.finish([drawn.batchNormalization(drawn.net.input(shape))]);
      const lowered = run(lowerChannelAffine, graph).graph;
      expect(countOf(lowered, 'batchNormalization')).toBe(0);
      expect(countOf(lowered, 'conv2d')).toBe(1);
      expect(difference(graph, lowered, drawn.sample(graph))).toBeLessThan(CLOSE);
    }
  });
});

const clip = (net: FloatNet, x: ValueId, min: number, max: number): ValueId =>
  net.node({ op: 'unary', function: { kind: 'clip', min, max } }, [x], 'clip');
const double = (net: FloatNet, x: ValueId): ValueId => net.node({ op: 'add', activation: null }, [x, x]);

describe('fusing activations', () => {
  it('fuses a chain of clamps into one range', () => {
    const drawn = new Drawn();
    const { net } = drawn;
    const x = double(net, net.input(image));
    const graph = net.finish([clip(net, clip(net, clip(net, x, -1, 6), 0, Infinity), -2, 0.5)]);
    const fused = run(fuseActivations, graph).graph;
    expect(fused.nodes).toMatchObject([{ op: 'add', activation: { min: 0, max: 0.5 } }]);
    expect(difference(graph, fused, drawn.sample(graph))).toBe(0);
  });

  it.each([
    { name: 'below', ranges: [0, 1, 2, 3], expected: { min: 2, max: 2 } },
    { name: 'above', ranges: [2, 3, 0, 1], expected: { min: 1, max: 1 } },
  ])('gives one value where a clamp lies $name the next', ({ ranges: [a, b, c, d], expected }) => {
    const drawn = new Drawn();
    const { net } = drawn;
    const graph = net.finish([clip(net, clip(net, double(net, net.input(image)), a!, b!), c!, d!)]);
    const fused = run(fuseActivations, graph).graph;
    expect(fused.nodes).toMatchObject([{ op: 'add', activation: expected }]);
    expect(difference(graph, fused, drawn.sample(graph))).toBe(0);
  });

  it('goes on from the range that a node has already', () => {
    const { net } = new Drawn();
    const x = net.node({ op: 'add', activation: { min: -1, max: 1 } }, [net.input(image), net.input(image)]);
    const fused = run(fuseActivations, net.finish([net.relu(x)])).graph;
    expect(fused.nodes).toMatchObject([{ activation: { min: 0, max: 1 } }]);
  });

  it('declines where the value before the activation has another reader, at any link of a chain', () => {
    const { net } = new Drawn();
    const sum = double(net, net.input(image));
    const first = clip(net, sum, -1, 1);
    const second = net.relu(first);
    const graph = net.finish([second, first]);
    const fused = run(fuseActivations, graph).graph;
    expect(fused.nodes).toMatchObject([
      { op: 'add', activation: { min: -1, max: 1 } },
      { op: 'unary', function: { kind: 'clip', min: 0 } },
    ]);
  });

  it('declines where the value before the activation leaves the graph', () => {
    const { net } = new Drawn();
    const sum = double(net, net.input(image));
    const graph = net.finish([net.relu(sum), sum]);
    expect(run(fuseActivations, graph).graph).toBe(graph);
  });

  it('declines on operators without an activation of their own, and on other functions', () => {
    const { net } = new Drawn();
    const x = net.input(image);
    const pooled = net.node({ op: 'maxPool', ...windowWith([2, 2]) }, [x]);
    const gate = net.node({ op: 'unary', function: { kind: 'sigmoid' } }, [double(net, x)]);
    const graph = net.finish([net.relu(pooled), gate]);
    expect(run(fuseActivations, graph).graph).toBe(graph);
  });
});

describe('folding constants', () => {
  it('computes a chain of nodes that no input reaches', () => {
    const drawn = new Drawn();
    const { net } = drawn;
    const gate = net.node({ op: 'unary', function: { kind: 'sigmoid' } }, [drawn.constant([3])]);
    const scaled = net.node({ op: 'mul', activation: null }, [gate, drawn.constant([3])]);
    const graph = net.finish([net.node({ op: 'add', activation: null }, [net.input(image), scaled])]);
    const folded = run(foldConstants, graph).graph;
    expect(folded.nodes.map(({ op }) => op)).toEqual(['add']);
    expect(folded.constants.size).toBe(1);
    expect(difference(graph, folded, drawn.sample(graph))).toBe(0);
  });
});
