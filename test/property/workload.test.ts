import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inputInterval, type KernelAxis } from '../../src/lower/space/axis.js';
import { nodeMacs } from '../../src/lower/workload/node-macs.js';
import { workloadOf } from '../../src/lower/workload/workload-of.js';
import { arrayMacs } from '../../src/lower/workload/workload.js';
import { elementCount } from '../../src/tensor/shape.js';
import * as nodes from '../arbitraries/int-nodes.js';
import { anyArrayWorkload } from '../arbitraries/workload.js';
import { inputsOf, positionsIn, tapsAt } from '../oracle/axis-taps.js';
import { counterexample } from '../support/counterexample.js';
import { nodeGraph } from '../support/int-graph.js';
import { sum } from '../support/lowering.js';

const operators: readonly (readonly [string, fc.Arbitrary<nodes.IntCase>])[] = [
  ['conv2d', nodes.anyConv2d],
  ['depthwiseConv2d', nodes.anyDepthwiseConv2d],
  ['convTranspose2d', nodes.anyConvTranspose2d],
  ['fullyConnected', nodes.anyFullyConnected],
  ['matMul', nodes.anyMatMul],
  ['add', nodes.anyAddOrSub('add')],
  ['sub', nodes.anyAddOrSub('sub')],
  ['mul', nodes.anyMul],
  ['requantize', nodes.anyRequantize],
  ['lut', nodes.anyLut],
  ['softmax', nodes.anySoftmax],
  ['logSoftmax', nodes.anyLogSoftmax],
  ['layerNormalization', nodes.anyLayerNormalization],
  ['maxPool', nodes.anyMaxPool],
  ['averagePool', nodes.anyAveragePool],
  ['mean', nodes.anyMean],
  ['resize', nodes.anyResize],
];

it.each(operators)('%s has an output position and channel for every element of its result', (_op, cases) => {
  const property = fc.property(cases, ({ node: unplaced, operands, format }) => {
    const shapes = operands.map((operand) => ({ shape: operand.tensor.shape, format: operand.format }));
    const { graph, node } = nodeGraph(unplaced, shapes, format);
    const workload = workloadOf(node, graph);
    if (workload.kind === 'free' || workload.kind === 'host') return false;
    const positions = workload.images * workload.rows.outputExtent * workload.columns.outputExtent;
    const channels =
      workload.kind === 'array' ? workload.groups * workload.outputChannels : workload.channels;
    const outputs = elementCount(graph.values.get('result')!.shape);
    const macs = workload.kind === 'array' ? arrayMacs(workload) : 0;
    return positions * channels === outputs && nodeMacs(node, graph) === macs;
  });
  expect(counterexample(property, 200)).toBe('');
});

/** Taps that meet at the output positions of an axis, counted one by one. */
function tapsAlong(axis: KernelAxis): number {
  const outputs = [...positionsIn({ start: 0, end: axis.outputExtent })];
  return sum(outputs.map((output) => tapsAt(axis, output).length));
}

it('MACs are the taps and input channels of every output, counted', () => {
  const property = fc.property(anyArrayWorkload, (workload) => {
    const { images, rows, columns, groups, inputChannels, outputChannels } = workload;
    const taps = images * tapsAlong(rows) * tapsAlong(columns);
    return arrayMacs(workload) === taps * groups * inputChannels * outputChannels;
  });
  expect(counterexample(property, 500)).toBe('');
});

it('an interval of outputs reads from the first to the last input that any of its taps meets', () => {
  const property = fc.property(anyArrayWorkload, fc.nat(), fc.nat(), ({ rows }, a, b) => {
    const [start, last] = [a % rows.outputExtent, b % rows.outputExtent].sort((x, y) => x - y);
    const outputs = { start: start!, end: last! + 1 };
    const [formula, counted] = [inputInterval(rows, outputs), inputsOf(rows, outputs)];
    return formula.start === counted.start && formula.end === counted.end;
  });
  expect(counterexample(property, 2000)).toBe('');
});
