import type { IntGraph, Port, Quantization, Value } from '../../ir/graph.js';
import { isPermutation, type Shape } from '../../tensor/shape.js';

/**
 * What is wrong with the parts of a file that no operator computes with: the grids of values and the ports. Expects a graph
 * that has no other problems.
 */
export function metadataProblems(graph: IntGraph): readonly string[] {
  return [
    ...[...graph.values.values()].flatMap(gridProblems),
    ...[...graph.inputs, ...graph.outputs].flatMap((port) =>
      portProblems(port, graph.values.get(port.value)!),
    ),
  ];
}

function gridProblems({ id, shape, type }: Value): string[] {
  const quantization = type.kind === 'int' ? type.quantization : null;
  if (quantization === null) return [];
  const expected = scaleCount(quantization, shape);
  return quantization.scales.length === expected
    ? []
    : [
        `value '${id}' has ${quantization.scales.length} scales, expected ${expected ?? 'an axis of its own'}`,
      ];
}

function scaleCount({ axis }: Quantization, shape: Shape): number | undefined {
  return axis === null ? 1 : shape[axis];
}

/** Codes enter and leave on one grid for the whole tensor, or on none; their axes are in some order. */
function portProblems({ name, permutation }: Port, { shape, type }: Value): string[] {
  const problems: string[] = [];
  if (permutation !== null && (permutation.length !== shape.length || !isPermutation(permutation))) {
    problems.push(`port '${name}': ${permutation.join(',')} does not order ${shape.length} axes`);
  }
  if (type.kind === 'int' && type.quantization !== null && type.quantization.scales.length !== 1) {
    problems.push(`port '${name}': a value with several scales`);
  }
  return problems;
}
