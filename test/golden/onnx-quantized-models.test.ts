import { expect, it } from 'vitest';
import { knownValuesOf } from '../../src/importers/known-values.js';
import { isArrayNode } from '../../src/ir/array-node.js';
import { compareAsWritten, importQuantizedModel, quantizedModels } from '../support/quantized-models.js';
import { describeShared } from '../support/shared.js';

/** Float32 sums in another order, as a part of the largest output; a code that rounds to the other side is far beyond. */
const tolerance = 1e-5;

/**
 * How many of the values compared differ by a code's step or what follows from it, where any do: a sum in another order falls on
 * the other side of a tie, and a softmax spreads that over its row.
 */
const differing: Readonly<Record<string, number>> = {
  'cifar10-resnet20/resnet20_qdq_s8s8_pc': 12,
  'cifar10-resnet20/resnet20_qdq_u8u8': 22,
  'squeezenet1.0/squeezenet_qdq_s8s8_pc': 27,
  'cifar10-resnet20/resnet20_qop_u8s8_pc': 4,
  'squeezenet1.0/squeezenet_qop_u8s8_pc': 71,
};

describeShared('models that are quantized already', () => {
  it.each(quantizedModels)('$stem keeps its weights and biases as codes, and moves no image', (model) => {
    const graph = importQuantizedModel(model);
    expect(graph.nodes.filter(({ op }) => op === 'transpose')).toEqual([]);
    const known = knownValuesOf(graph);
    const layers = graph.nodes.filter(isArrayNode);
    const parameters = layers.map(({ inputs }) =>
      inputs.slice(1).map((id) => {
        const parameter = known(id);
        return parameter?.isDequantized === true ? parameter.data.type : 'float32';
      }),
    );
    expect(layers.length).toBeGreaterThan(2);
    for (const [weight, bias] of parameters) {
      expect(weight).toMatch(/^u?int8$/);
      expect(bias).toBe('int32');
    }
  });

  it.each(quantizedModels)("$stem as written gives ONNX Runtime's outputs", (model) => {
    const rowCount = model.stem.startsWith('squeezenet') ? 1 : 8;
    const rows = Array.from({ length: rowCount }, (_, row) => row);
    const comparison = compareAsWritten(model, rows, tolerance);
    expect(comparison.differing).toBe(differing[model.stem] ?? 0);
    expect(comparison.largestDifference / comparison.largestOutput).toBeLessThan(0.15);
  });
});
