import { minOf, type IntFormat } from '../arith/int-format.js';
import type { Encoding, Encodings } from '../formats/aimet-encodings.js';
import type { IntGraph, Quantization, ValueId } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import { isRegridded } from '../ir/regridded.js';

/**
 * The grids of an integer graph as AIMET's encodings: of inputs and outputs by the names of their ports, of what nodes make
 * and of constant weights and operands by the ids of their values, which are the source model's names where they stem from
 * it. Codes count from 0 there:
 *
 *     signed: offset = −(zero point + 2^(bits−1))        unsigned: offset = −zero point
 *
 * Left out is what no tensor of the source model stands for: biases (their zero points are folded in), tables, parameters of
 * normalizations, and activations brought onto the grid of a concatenation.
 */
export function encodingsOf(graph: IntGraph): Encodings {
  const activations = new Map<string, Encoding>();
  const parameters = new Map<string, Encoding>();
  const add = (target: Map<string, Encoding>, name: string, id: ValueId): void => {
    const { type } = graph.values.get(id)!;
    if (type.kind !== 'int' || type.quantization === null) return;
    target.set(name, encodingOf(type.quantization, type.format, target === parameters));
  };
  const portNames = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  for (const { name, value } of graph.inputs) add(activations, name, value);
  for (const node of graph.nodes) {
    for (const id of operandsOnGrids(node)) if (graph.constants.has(id)) add(parameters, id, id);
    if (!portNames.has(node.output) && !isRegridded(node)) add(activations, node.output, node.output);
  }
  for (const { name, value } of graph.outputs) if (!graph.constants.has(value)) add(activations, name, value);
  return { activations, parameters, quantizerArguments: null, excludedLayers: null };
}

/** Operands that lie on a grid of their own, weights among them. */
function operandsOnGrids(node: IntNode): readonly ValueId[] {
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'convTranspose2d':
    case 'fullyConnected':
      return node.inputs.slice(1, 2);
    case 'add':
    case 'sub':
    case 'mul':
    case 'matMul':
    case 'stackBinary':
      return node.inputs;
    default:
      return [];
  }
}

/** Parameters are symmetric where zero is in the middle of their codes; activations are asymmetric by recipe. */
function encodingOf({ scales, zeroPoint }: Quantization, format: IntFormat, isParameter: boolean): Encoding {
  const offset = minOf(format) - zeroPoint;
  return {
    kind: 'affine',
    bits: format.bits,
    symmetric: isParameter && format.signed && zeroPoint === 0,
    scales,
    offsets: scales.map(() => offset),
  };
}
