import fc from 'fast-check';
import { expect, it } from 'vitest';
import { channelCount, type Requantizer } from '../../src/arith/requantizer.js';
import { toCodes } from '../../src/engine/edges.js';
import { IntegerRunner } from '../../src/engine/run.js';
import type { FloatGraph, IntGraph, ValueId } from '../../src/ir/graph.js';
import { graphProblems } from '../../src/ir/verify.js';
import { integerGraphProblems } from '../../src/ir/verify-integer.js';
import { fastKernels } from '../../src/kernels/fast/index.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { quantize, type QuantizedModel } from '../../src/ptq/quantize.js';
import type { Recipe, RequantizerChoice } from '../../src/ptq/recipe.js';
import { firstOutside, type FloatTensor, type Tensor } from '../../src/tensor/tensor.js';
import { anyFloatGraph, type FloatGraphCase } from '../arbitraries/float-graphs.js';
import { anyRecipe } from '../arbitraries/recipe.js';
import { counterexample } from '../support/counterexample.js';
import { runFloat } from '../support/float-net.js';
import { nodeErrors } from '../support/node-error.js';

const RUNS = 60;

/** A network whose activations all vary: a range near zero has no useful grid, and `quantize` says so (see its unit tests). */
const anyLiveGraph = anyFloatGraph().filter(({ graph, samples }) => {
  const spans = new Map<ValueId, { min: number; max: number }>();
  for (const sample of samples) {
    runFloat(graph, sample, (id, { data }) => {
      const span = spans.get(id) ?? { min: 0, max: 0 };
      for (const value of data) {
        span.min = Math.min(span.min, value);
        span.max = Math.max(span.max, value);
      }
      spans.set(id, span);
    });
  }
  return [...spans.values()].every(({ min, max }) => max - min > 0.01);
});

const anyCase = fc.tuple(anyLiveGraph, anyRecipe(fc.constantFrom(8, 8, 8, 4, 2, 7)));

const quantized = ({ graph, samples }: FloatGraphCase, recipe: Recipe): QuantizedModel =>
  quantize(graph, samples, { recipe });

function codesOf(graph: IntGraph, sample: readonly FloatTensor[]): Tensor[] {
  return graph.inputs.map((port, index) => toCodes(graph.values.get(port.value)!, sample[index]!));
}

/** Every value that a run makes, in order. */
function valuesOf(
  graph: IntGraph,
  kernels: typeof referenceKernels,
  sample: readonly FloatTensor[],
): Map<ValueId, Tensor> {
  const values = new Map<ValueId, Tensor>();
  new IntegerRunner(graph, kernels).run(sample, (id, value) => values.set(id, value));
  return values;
}

/**
 * The error an integer recipe may add, in steps of its output grid.
 *
 * One rounding to nearest is 1/2 a step. gemmlowp's second rounding adds at most another 1/2, rounding to one side as much, and
 * a multiplier of 15 bits a little more. Softmax and layer
 * normalization have approximations of their own: gemmlowp's exponential, a root rounded down and a gamma of 15 bits. The
 * hundredths are for the float32 arithmetic that the integers are held against.
 */
function mostSteps(op: string, recipe: Recipe): number {
  if (op === 'softmax' || op === 'layerNormalization') return 1;
  if (recipe.requantizer === 'single' || recipe.requantizer === 'shift') return 0.51;
  return recipe.requantizer === 'double' ? 1.01 : 1.1;
}

it('every integer operator is within one rounding of the float operator on what its codes stand for', () => {
  const property = fc.property(anyCase, ([drawn, recipe]) => {
    const model = quantized(drawn, recipe);
    for (const sample of drawn.samples) {
      for (const { node, steps } of nodeErrors(model, codesOf(model.graph, sample))) {
        if (!(steps <= mostSteps(node.op, recipe)))
          throw new Error(`${node.name}: off by ${steps} steps with ${JSON.stringify(recipe)}`);
      }
    }
  });
  expect(counterexample(property, RUNS)).toBe('');
});

/** Signal to quantization noise over all samples of the first output, in decibels. */
function signalToNoise(
  graph: FloatGraph,
  integer: IntegerRunner,
  samples: FloatGraphCase['samples'],
): number {
  let [signal, noise] = [0, 0];
  for (const sample of samples) {
    const reals = integer.run(sample).reals[0]!.data;
    runFloat(graph, sample)[0]!.data.forEach((value, i) => {
      signal += value ** 2;
      noise += (value - reals[i]!) ** 2;
    });
  }
  return 10 * Math.log10(signal / noise);
}

/**
 * At 8 bits a tensor that fills its grid has about 40 dB against one rounding. A handful of roundings and a range that a
 * value uses in part leave half of that; powers of two waste up to one more bit (6 dB) of every weight and activation.
 */
const FLOOR_DECIBELS: Readonly<Partial<Record<RequantizerChoice, number>>> = {
  single: 20,
  double: 20,
  shift: 8,
};
/** Rules of stacks, among them some that round to one side: 6 dB. */
const FLOOR_DECIBELS_OF_STACKS = 14;

it('an 8-bit network answers as its float network does, whatever the requantizer and the ranges', () => {
  const property = fc.property(anyLiveGraph, anyRecipe(fc.constant(8)), (drawn, recipe) => {
    const { graph } = quantized(drawn, recipe);
    const decibels = signalToNoise(drawn.graph, new IntegerRunner(graph), drawn.samples);
    if (!(decibels >= (FLOOR_DECIBELS[recipe.requantizer] ?? FLOOR_DECIBELS_OF_STACKS)))
      throw new Error(`${decibels} dB with ${JSON.stringify(recipe)}`);
  });
  expect(counterexample(property, RUNS)).toBe('');
});

it('a quantized graph is well formed and every code of every value fits its format', () => {
  const property = fc.property(anyCase, ([drawn, recipe]) => {
    const { graph } = quantized(drawn, recipe);
    const problems = [...graphProblems(graph), ...integerGraphProblems(graph)];
    if (problems.length > 0) throw new Error(problems.join('; '));
    for (const [id, value] of valuesOf(graph, referenceKernels, drawn.samples[0]!)) {
      const { type } = graph.values.get(id)!;
      if (type.kind !== 'int') throw new Error(`'${id}' is not an integer`);
      if (value.type === 'float32' || firstOutside(value.data, type.format) >= 0)
        throw new Error(`'${id}' leaves its format`);
    }
  });
  expect(counterexample(property, RUNS)).toBe('');
});

const onArray = new Set(['conv2d', 'depthwiseConv2d', 'convTranspose2d', 'fullyConnected', 'matMul']);

const styleOf = (requantizer: Requantizer): string =>
  requantizer.kind === 'stack' ? requantizer.rule : requantizer.kind;

it('a recipe gives array operators requantizers of its own style, one per channel or one', () => {
  const kinds: Readonly<Record<string, string>> = {
    single: 'multiplyShift',
    double: 'doubleRounding',
    shift: 'shift',
  };
  const property = fc.property(anyCase, ([drawn, recipe]) => {
    const { graph } = quantized(drawn, recipe);
    return graph.nodes.every((node) => {
      if (!onArray.has(node.op) || !('requantizer' in node)) return true;
      const channels = graph.values.get(node.output)!.shape.at(-1)!;
      const entries = recipe.weightGranularity === 'perChannel' && node.op !== 'matMul' ? channels : 1;
      return (
        styleOf(node.requantizer) === (kinds[recipe.requantizer] ?? recipe.requantizer) &&
        channelCount(node.requantizer) === entries
      );
    });
  });
  expect(counterexample(property, RUNS)).toBe('');
});

it('fast kernels give the reference kernels’ codes on every value of a network', () => {
  const property = fc.property(anyCase, ([drawn, recipe]) => {
    const { graph } = quantized(drawn, recipe);
    const fast = valuesOf(graph, fastKernels, drawn.samples[1]!);
    for (const [id, value] of valuesOf(graph, referenceKernels, drawn.samples[1]!)) {
      if (value.data.join() !== fast.get(id)?.data.join()) throw new Error(`'${id}' differs`);
    }
  });
  expect(counterexample(property, RUNS)).toBe('');
});

it('the same data and recipe give the same graph', () => {
  const property = fc.property(anyCase, ([drawn, recipe]) => {
    const [first, second] = [quantized(drawn, recipe).graph, quantized(drawn, recipe).graph];
    expect(second).toStrictEqual(first);
  });
  expect(counterexample(property, 20)).toBe('');
});

it('draws every kind of operator, and networks whose outputs vary', () => {
  const cases = fc.sample(anyLiveGraph, { numRuns: 300, seed: 1 });
  const operators = new Set(
    cases.flatMap(({ graph, samples }) => quantize(graph, samples).graph.nodes.map(({ op }) => op)),
  );
  const distinct = cases.map(({ graph, samples }) => new Set(runFloat(graph, samples[0]!)[0]!.data).size);
  const onlyImported = [
    'argMax',
    'float',
    'stackAveragePool',
    'stackBinary',
    'stackMean',
    'stackResize',
    'stackSoftmax',
  ];
  expect([...operators, ...onlyImported].sort()).toEqual(Object.keys(referenceKernels).sort());
  expect(distinct.filter((count) => count > 3).length).toBeGreaterThan(200);
});
