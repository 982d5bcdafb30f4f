import { maxOf, minOf, type IntFormat } from '../../src/arith/int-format.js';
import type { Requantizer } from '../../src/arith/requantizer.js';
import { factorsOf } from '../../src/exporters/onnx-qdq/factor.js';
import type { IntGraph, Port, Quantization, ValueId } from '../../src/ir/graph.js';
import { verified } from '../../src/ir/verify.js';
import { inversePermutation } from '../../src/tensor/shape.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { IntCase } from '../arbitraries/int-nodes.js';
import { graphOfNode, type UnplacedNode } from './run-node.js';

/** Scales that are no powers of two, so that float arithmetic on them rounds. */
const INPUT_SCALE = Math.fround(0.0371);
const OUTPUT_SCALE = Math.fround(0.1129);

/** The scales of a node's operands and result under which its requantizers multiply by what the scales say. */
interface Grids {
  readonly operands: readonly (Quantization | null)[];
  readonly result: Quantization;
}

const grid = (scale: number, zeroPoint: number): Quantization => ({ scales: [scale], zeroPoint, axis: null });

/** A requantizer that treats every channel as the first: the only kind that has grids on an activation's side. */
function oneChannel(requantizer: Requantizer): Requantizer {
  switch (requantizer.kind) {
    case 'multiplyShift': {
      const { multipliers, shifts } = requantizer;
      return { ...requantizer, multipliers: multipliers.slice(0, 1), shifts: shifts.slice(0, 1) };
    }
    case 'doubleRounding': {
      const { multipliers, leftShifts } = requantizer;
      return { ...requantizer, multipliers: multipliers.slice(0, 1), leftShifts: leftShifts.slice(0, 1) };
    }
    case 'shift':
      return { ...requantizer, shifts: requantizer.shifts.slice(0, 1) };
    default:
      return { ...requantizer, channels: requantizer.channels.slice(0, 1) };
  }
}

function withOneChannel(node: UnplacedNode): UnplacedNode {
  switch (node.op) {
    case 'add':
    case 'sub':
      return {
        ...node,
        requantizer: oneChannel(node.requantizer),
        inputRequantizers: [oneChannel(node.inputRequantizers[0]), oneChannel(node.inputRequantizers[1])],
      };
    case 'matMul':
    case 'mul':
    case 'requantize':
    case 'mean':
    case 'logSoftmax':
    case 'layerNormalization':
      return { ...node, requantizer: oneChannel(node.requantizer) };
    default:
      return node;
  }
}

function gridsOf(node: UnplacedNode, { operands, format }: IntCase): Grids {
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'convTranspose2d':
    case 'fullyConnected': {
      const scales = factorsOf(node.requantizer).map((factor) => (factor * OUTPUT_SCALE) / INPUT_SCALE);
      const weight = { scales, zeroPoint: node.weightZeroPoint, axis: scales.length === 1 ? null : 0 };
      return {
        operands: [grid(INPUT_SCALE, node.inputZeroPoint), weight, null],
        result: grid(OUTPUT_SCALE, node.outputZeroPoint),
      };
    }
    case 'matMul':
    case 'mul': {
      const other = (factorsOf(node.requantizer)[0]! * OUTPUT_SCALE) / INPUT_SCALE;
      const [a, b] = node.inputZeroPoints;
      return {
        operands: [grid(INPUT_SCALE, a), grid(other, b)],
        result: grid(OUTPUT_SCALE, node.outputZeroPoint),
      };
    }
    case 'add':
    case 'sub': {
      const after = factorsOf(node.requantizer)[0]! * 2 ** node.leftShift * OUTPUT_SCALE;
      return {
        operands: node.inputRequantizers.map((requantizer, i) =>
          grid(factorsOf(requantizer)[0]! * after, node.inputZeroPoints[i]!),
        ),
        result: grid(OUTPUT_SCALE, node.outputZeroPoint),
      };
    }
    case 'requantize':
    case 'mean': {
      const shape = operands[0]!.tensor.shape;
      const axes = node.op === 'mean' ? node.axes : [];
      const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
      const result = INPUT_SCALE / (count * factorsOf(node.requantizer)[0]!);
      return {
        operands: [grid(INPUT_SCALE, node.inputZeroPoint)],
        result: grid(result, node.outputZeroPoint),
      };
    }
    case 'softmax': {
      const scale = node.multiplier * 2 ** (node.leftShift - 57);
      return { operands: [grid(scale, 0)], result: grid(2 ** -format.bits, minOf(format)) };
    }
    case 'logSoftmax': {
      const differences = operands[1]!.tensor.data;
      const scale = -differences.at(-1)! / ((differences.length - 1) * 2 ** node.fractionBits);
      const result = 1 / (2 ** node.fractionBits * factorsOf(node.requantizer)[0]!);
      return { operands: [grid(scale, 0), null, null], result: grid(result, node.outputZeroPoint) };
    }
    case 'layerNormalization':
      return {
        operands: [grid(INPUT_SCALE, 0), null, null],
        result: grid(OUTPUT_SCALE, node.outputZeroPoint),
      };
    case 'lut':
      return {
        operands: [grid(INPUT_SCALE, middleOf(operands[0]!.format)), null],
        result: grid(OUTPUT_SCALE, middleOf(format)),
      };
    default: {
      const zeroPoint = 'inputZeroPoint' in node ? node.inputZeroPoint : middleOf(format);
      const shared = grid(INPUT_SCALE, zeroPoint);
      return { operands: operands.map(() => shared), result: shared };
    }
  }
}

const middleOf = (format: IntFormat): number => Math.round((minOf(format) + maxOf(format)) / 2);

/** A one-node graph on grids that its requantizers agree with, and the codes to feed, in the axes of its ports. */
export interface GriddedNode {
  readonly graph: IntGraph;
  readonly fed: readonly Tensor[];
}

/** @param swapped whether ports of rank 4 are NCHW outside, as in an ONNX file. */
export function griddedNode(drawn: IntCase, swapped: boolean): GriddedNode {
  const node = withOneChannel(drawn.node);
  const isLayer = 'weightZeroPoint' in node;
  const operands = drawn.operands.map((operand, i) =>
    isLayer && i > 0 ? { ...operand, constant: true } : operand,
  );
  const { graph, fed } = graphOfNode(node, operands, drawn.format);
  const grids = gridsOf(node, drawn);
  const placed = graph.nodes[0]!;
  const quantizations = new Map<ValueId, Quantization | null>(
    placed.inputs.map((id, i) => [id, grids.operands[i] ?? null]),
  ).set(placed.output, grids.result);
  const values = new Map(
    [...graph.values].map(([id, value]) => {
      const { format } = value.type as Extract<typeof value.type, { kind: 'int' }>;
      return [id, { ...value, type: { kind: 'int' as const, format, quantization: quantizations.get(id)! } }];
    }),
  );
  const inside = (port: Port): boolean => swapped && values.get(port.value)!.shape.length === 4;
  return {
    graph: verified(
      {
        ...graph,
        values,
        inputs: graph.inputs.map((port) => ({ ...port, permutation: inside(port) ? [0, 2, 3, 1] : null })),
        outputs: graph.outputs.map((port) => ({ ...port, permutation: inside(port) ? [0, 3, 1, 2] : null })),
      },
      'griddedNode',
    ),
    fed,
  };
}

/** The permutation that takes a tensor of an input port outside. */
export function outwards({ permutation, ...port }: Port): Port {
  return { ...port, permutation: permutation === null ? null : inversePermutation(permutation) };
}
