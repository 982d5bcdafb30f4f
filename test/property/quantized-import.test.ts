import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isForAnyFactor } from '../../src/arith/requantizer-for.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import { toCodes } from '../../src/engine/edges.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { UserError } from '../../src/core/errors.js';
import { quantize } from '../../src/ptq/quantize.js';
import { DEFAULT_RECIPE, type Recipe } from '../../src/ptq/recipe.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { anyFloatGraph, type FloatGraphCase } from '../arbitraries/float-graphs.js';
import * as any from '../arbitraries/int-nodes.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { counterexample } from '../support/counterexample.js';
import { griddedNode } from '../support/gridded-node.js';
import { plainPool } from '../support/plain-pool.js';
import {
  outputCodes,
  outsideCodes,
  realInputs,
  reimported,
  withOnnxRuntimeRequantizers,
} from '../support/reimported.js';

const RUNS = 100;

/** Rules that wrap, saturate early or add no zero point have no float counterpart; no QDQ file says them. */
const isQuantizer = (requantizer: Requantizer): boolean =>
  requantizer.kind !== 'stack' || isForAnyFactor(requantizer.rule);

/** Of an addition's operands, which reach 2^20, the generic families: some rules hold 16 bits only. */
function hasCounterpart({ node }: IntCase): boolean {
  if ('requantizer' in node && !isQuantizer(node.requantizer)) return false;
  return !('inputRequantizers' in node) || node.inputRequantizers.every(({ kind }) => kind !== 'stack');
}

/** Operators that are a sum and a requantizer under ONNX Runtime, too, or that move codes. */
const EXACT: readonly string[] =
  'conv2d depthwiseConv2d convTranspose2d fullyConnected matMul mean maxPool reshape transpose concat slice pad gather'.split(
    ' ',
  );

/** Rows of one code overflow in QLinearSoftmax (`arith/onnxruntime/softmax.ts`). */
const hasRows = ({ operands }: IntCase): boolean => operands[0]!.tensor.shape.at(-1)! > 1;

/** A mean over no axes sums nothing: the file says a requantization, whose floats the runtime divides after they were rounded. */
const isSumOfNothing = ({ node }: IntCase): boolean => node.op === 'mean' && node.axes.length === 0;

/** Whether a layer is left to the host: a transposed convolution of groups, whose scales the file applies before it orders axes. */
const hasHostLayer = ({ nodes }: IntGraph): boolean =>
  nodes.some((node) => node.op === 'float' && EXACT.includes(node.operator.op));

/** Outputs of a graph that was exported and imported beside those of another one; null where either refuses. */
function pairOf(graph: IntGraph, imported: IntGraph | null, wanted: IntGraph, inputs: readonly Tensor[]) {
  if (imported === null) return null;
  const want = outputCodes(wanted, inputs);
  const got = want === null ? null : outputCodes(imported, realInputs(graph, inputs));
  return want === null || got === null ? null : { got: got.flat(), want: want.flat() };
}

function firstDifference(got: readonly number[], want: readonly number[], most = 0): string | null {
  if (got.length !== want.length) return `${got.length} codes, expected ${want.length}`;
  const at = want.findIndex((code, i) => !(Math.abs(got[i]! - code) <= most));
  return at < 0 ? null : `element ${at} is ${got[at]}, expected ${want[at]}`;
}

/** What refutes that outputs differ by at most `most`, and whether enough cases were compared that gave enough codes. */
function compareNodes(cases: fc.Arbitrary<IntCase>, wanted: (graph: IntGraph) => IntGraph, most: number) {
  let compared = 0;
  const distinct = new Set<number>();
  const property = fc.property(cases.filter(hasCounterpart), fc.boolean(), (drawn, swapped) => {
    if (most === 0 && isSumOfNothing(drawn)) return;
    const { graph, fed } = griddedNode(drawn, swapped);
    const imported = reimported(graph, 'onnxruntime');
    if (imported === null || (most === 0 && hasHostLayer(imported))) return;
    const pair = pairOf(graph, imported, wanted(graph), outsideCodes(graph, fed));
    if (pair === null) return;
    compared += 1;
    for (const code of pair.want) distinct.add(code);
    const difference = firstDifference(pair.got, pair.want, most);
    if (difference !== null) throw new Error(difference);
  });
  return {
    counterexample: counterexample(property, RUNS),
    isCompared: compared > RUNS / 3,
    isVaried: distinct.size > 20,
  };
}

const HOLDS = { counterexample: '', isCompared: true, isVaried: true };

/**
 * A QDQ file says grids, codes of weights and biases, and clamps: all of an operator but its requantizer. So the imported graph
 * must give the codes of the original one with ONNX Runtime's requantizers in place of its own: the sums are the same integers,
 * and what only moves codes has no arithmetic at all. That is exact, so no tolerance hides anything.
 */
describe('an exported operator comes back with the codes of ONNX Runtime’s requantizer', () => {
  it.each<{ operator: string; cases: fc.Arbitrary<IntCase> }>([
    { operator: 'conv2d', cases: any.anyConv2d },
    { operator: 'depthwiseConv2d', cases: any.anyDepthwiseConv2d },
    { operator: 'convTranspose2d', cases: any.anyConvTranspose2d },
    { operator: 'fullyConnected', cases: any.anyFullyConnected },
    { operator: 'matMul', cases: any.anyMatMul },
    { operator: 'mean', cases: any.anyMean },
    { operator: 'maxPool', cases: any.anyMaxPool },
  ])('$operator', ({ cases }) => {
    expect(compareNodes(cases, withOnnxRuntimeRequantizers, 0)).toEqual(HOLDS);
  });
});

/**
 * Others have a formula of their own there, or stay in float32; the original ones round to any side: one code. Where the original
 * one rounds intermediate results too (coarse tables, a root of few bits), two.
 */
describe('an exported operator comes back within a code or two of the original', () => {
  it.each<{ operator: string; cases: fc.Arbitrary<IntCase>; most: number }>([
    { operator: 'add', cases: any.anyAddOrSub('add'), most: 1 },
    { operator: 'sub', cases: any.anyAddOrSub('sub'), most: 1 },
    { operator: 'mul', cases: any.anyMul, most: 1 },
    { operator: 'requantize', cases: any.anyRequantize, most: 1 },
    { operator: 'softmax', cases: any.anySoftmax.filter(hasRows), most: 1 },
    { operator: 'logSoftmax', cases: any.anyLogSoftmax, most: 2 },
    { operator: 'layerNormalization', cases: any.anyLayerNormalization, most: 2 },
    { operator: 'averagePool', cases: any.anyAveragePool.map(plainPool), most: 1 },
  ])('$operator', ({ cases, most }) => {
    expect(compareNodes(cases, (graph) => graph, most)).toEqual(HOLDS);
  });
});

/** The network with integers; null where its ranges have no grids, which `quantize` says. */
function quantized({ graph, samples }: FloatGraphCase, recipe: Partial<Recipe>): IntGraph | null {
  try {
    return quantize(graph, samples, { recipe: { ...DEFAULT_RECIPE, ...recipe } }).graph;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** A quantized network of such operators only, and the codes of an input. */
const anyExactNetwork = fc
  .record({
    drawn: anyFloatGraph(),
    weightGranularity: fc.constantFrom('perChannel', 'perTensor'),
    requantizer: fc.constantFrom('single', 'double', 'shift'),
  })
  .map(({ drawn, ...recipe }) => ({ samples: drawn.samples, graph: quantized(drawn, recipe) }))
  .filter(({ graph }) => graph?.nodes.every(({ op }) => EXACT.includes(op)) === true)
  .map(({ graph, samples }) => ({
    graph: graph!,
    inputs: graph!.inputs.map((port, i) => toCodes(graph!.values.get(port.value)!, samples[0]![i]!)),
  }));

it('a network of sums and movement comes back with the codes of ONNX Runtime’s requantizers, and once more unchanged', () => {
  const counts = { compared: 0, again: 0, layers: 0 };
  const property = fc.property(anyExactNetwork, ({ graph, inputs }) => {
    const imported = reimported(graph, 'onnxruntime');
    if (imported === null || hasHostLayer(imported)) return;
    const pair = pairOf(graph, imported, withOnnxRuntimeRequantizers(graph), inputs);
    if (pair === null) return;
    counts.compared += 1;
    counts.layers += imported.nodes.filter((node) => 'requantizer' in node).length;
    const difference = firstDifference(pair.got, pair.want);
    if (difference !== null) throw new Error(difference);
    const again = reimported(imported, 'onnxruntime');
    if (again === null) return;
    counts.again += 1;
    const second = outputCodes(again, realInputs(graph, inputs))!.flat();
    const change = firstDifference(second, pair.got);
    if (change !== null) throw new Error(`imported again: ${change}`);
  });
  expect(counterexample(property, 60)).toBe('');
  expect(counts.compared).toBeGreaterThan(20);
  expect(counts.again).toBeGreaterThan(15);
  expect(counts.layers).toBeGreaterThan(20);
});
