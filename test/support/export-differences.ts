import type { IntGraph } from '../../src/ir/graph.js';
import type { IntegerOutputs } from '../../src/engine/run.js';
import type { FloatTensor } from '../../src/tensor/tensor.js';

/** How far the codes that a runtime gave are from ours. */
export interface CodeDifferences {
  readonly values: number;
  readonly differing: number;
  /** In codes (LSB) of the output. */
  readonly largest: number;
}

/** The same of several runs together. */
export function together(a: CodeDifferences, b: CodeDifferences): CodeDifferences {
  return {
    values: a.values + b.values,
    differing: a.differing + b.differing,
    largest: Math.max(a.largest, b.largest),
  };
}

export const NO_DIFFERENCES: CodeDifferences = { values: 0, differing: 0, largest: 0 };

/** Real outputs of a runtime against the codes of the graph, all outputs together. */
export function differencesFrom(
  graph: IntGraph,
  ours: IntegerOutputs,
  reals: readonly FloatTensor[],
): CodeDifferences {
  return differencesOfOutputs(graph, ours, reals).reduce(together, NO_DIFFERENCES);
}

/** The same, output by output; NaN counts as a difference without end. */
export function differencesOfOutputs(
  graph: IntGraph,
  ours: IntegerOutputs,
  reals: readonly FloatTensor[],
): CodeDifferences[] {
  return graph.outputs.map(({ value }, index) => {
    const { type } = graph.values.get(value)!;
    const quantization = type.kind === 'int' ? type.quantization : null;
    const scale = Math.fround(quantization?.scales[0] ?? 1); // indices come out as they are
    const zeroPoint = quantization?.zeroPoint ?? 0;
    const codes = ours.codes[index]!;
    let differing = 0;
    let largest = 0;
    reals[index]!.data.forEach((real, position) => {
      const code = Math.round(real / scale) + zeroPoint;
      const distance = Number.isNaN(code) ? Infinity : Math.abs(code - codes.data[position]!);
      if (distance > 0) differing += 1;
      largest = Math.max(largest, distance);
    });
    return { values: codes.data.length, differing, largest };
  });
}
