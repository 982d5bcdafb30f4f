import type { AffineGrid } from '../arith/affine.js';
import { formatName, INT32, maxOf, minOf, type IntFormat } from '../arith/int-format.js';
import { accumulatorOf } from '../arith/requantize.js';
import { parameterProblem } from '../arith/requantizers/check-parameters.js';
import { ruleOf } from '../arith/requantizers/registry.js';
import { channelCount, type CodeRange, type Requantizer } from '../arith/requantizer.js';
import type { IntGraph, Value, ValueId } from './graph.js';
import type { HostFloat } from './ops/host-float.js';
import type { IntNode } from './operators.js';
import { sumBound } from './sum-bound.js';
import type { Window2d } from '../tensor/window.js';

/**
 * Broken promises that only the integer dialect makes: every value is an integer but those between host operators, array
 * operators have constant weights and an int32 bias, requantizers have one entry or one a channel, clamps stay within the output's format, tables cover
 * every code, pooling windows hold at least one input position, sums fit the accumulators of
 * the requantizer (int32 but for few) whatever the activations are.
 */
export function integerGraphProblems(graph: IntGraph): readonly string[] {
  const problems: string[] = [];
  for (const node of graph.nodes) {
    const place = `node '${node.name}' (${node.op})`;
    if (node.op === 'float') {
      problems.push(...hostProblems(graph, node).map((problem) => `${place}: ${problem}`));
      continue;
    }
    const real = [...node.inputs, node.output].find((id) => graph.values.get(id)!.type.kind !== 'int');
    if (real !== undefined) {
      problems.push(`${place}: value '${real}' is not an integer`);
      continue;
    }
    const found = nodeProblems(graph, node);
    if (found.length === 0) found.push(...sumProblems(graph, node));
    problems.push(...found.map((problem) => `${place}: ${problem}`));
  }
  return problems;
}

function nodeProblems(graph: IntGraph, node: IntNode): string[] {
  const problems: string[] = [];
  const output = graph.values.get(node.output)!;
  const operands = node.inputs.map((id) => graph.values.get(id)!);
  if ('requantizer' in node) problems.push(...requantizerProblems(node.requantizer, output));
  if ('inputRequantizers' in node) {
    for (const requantizer of node.inputRequantizers)
      problems.push(...requantizerProblems(requantizer, output));
  }
  if ('clamp' in node) problems.push(...clampProblems(node.clamp, formatOf(output)));
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'convTranspose2d':
    case 'fullyConnected': {
      const [, weight, bias] = operands;
      if (weight === undefined || !graph.constants.has(weight.id))
        problems.push('the weight is not a constant');
      if (bias === undefined || !graph.constants.has(bias.id)) problems.push('the bias is not a constant');
      else if (formatOf(bias).bits !== 32)
        problems.push(`the bias has ${formatOf(bias).bits} bits, expected 32`);
      break;
    }
    case 'lut': {
      const [x, table] = operands;
      const codes = 2 ** formatOf(x!).bits;
      if (formatOf(x!).bits > 16)
        problems.push(`the input has ${formatOf(x!).bits} bits, expected at most 16`);
      if (table!.shape.at(-1) !== codes)
        problems.push(`the table has ${table!.shape.at(-1)} codes, expected ${codes}`);
      problems.push(...rangeProblems(formatOf(table!), formatOf(output), 'table entries'));
      break;
    }
    case 'logSoftmax': {
      const codes = 2 ** formatOf(operands[0]!).bits;
      if (
        operands.length !== 3 ||
        operands.slice(1).some(({ shape }) => shape.length !== 1 || shape[0] !== codes)
      ) {
        problems.push(`expected two tables of ${codes} codes`);
      }
      break;
    }
    case 'argMax':
      if (formatOf(output).bits !== 32) problems.push('indices are int32');
      break;
    case 'layerNormalization':
      if (operands.length !== 3) problems.push(`${operands.length} operands, expected x, gamma and beta`);
      break;
    case 'maxPool':
    case 'averagePool':
      problems.push(...windowProblems(node, operands[0]!, output));
      problems.push(...rangeProblems(formatOf(operands[0]!), formatOf(output), 'codes'));
      break;
    case 'stackAveragePool':
      problems.push(...windowProblems(node, operands[0]!, output));
      problems.push(...gridProblems(node.inputGrid, operands[0]!), ...gridProblems(node.outputGrid, output));
      break;
    case 'stackBinary':
      problems.push(...node.inputGrids.flatMap((grid, which) => gridProblems(grid, operands[which]!)));
      problems.push(...gridProblems(node.outputGrid, output));
      break;
    case 'stackSoftmax':
    case 'stackMean':
      problems.push(...gridProblems(node.inputGrid, operands[0]!), ...gridProblems(node.outputGrid, output));
      break;
    case 'reshape':
    case 'transpose':
    case 'concat':
    case 'slice':
    case 'pad':
    case 'gather':
    case 'resize':
    case 'stackResize':
      for (const operand of operands)
        problems.push(...rangeProblems(formatOf(operand), formatOf(output), 'codes'));
      break;
    default:
      break;
  }
  return problems;
}

/** Codes and reals are told apart by the operator: one side of a conversion is codes on a grid, everything else is real. */
function hostProblems(graph: IntGraph, { operator, inputs, output }: HostFloat): string[] {
  const isReal = (id: ValueId): boolean => graph.values.get(id)!.type.kind === 'float32';
  const hasGrid = (id: ValueId): boolean => {
    const { type } = graph.values.get(id)!;
    return type.kind === 'int' && type.quantization !== null;
  };
  const operandFits = operator.op === 'dequantizeLinear' ? hasGrid : isReal;
  const resultFits =
    operator.op === 'quantizeLinear'
      ? hasGrid
      : operator.op === 'argMax'
        ? (id: ValueId) => !isReal(id)
        : isReal;
  return [
    ...inputs.filter((id) => !operandFits(id)).map((id) => `operand '${id}' has another type`),
    ...(resultFits(output) ? [] : [`result '${output}' has another type`]),
  ];
}

/** The grid a node derives its parameters from is that of the value: the same format at least. */
function gridProblems({ format }: AffineGrid, value: Value): string[] {
  const { bits, signed } = formatOf(value);
  return bits === format.bits && signed === format.signed
    ? []
    : [`a grid of ${formatName(format)} for '${value.id}', which is ${formatName(formatOf(value))}`];
}

/** The most windows along an axis whose taps may step over the whole input: each of them must be looked at. */
const MOST_SPARSE_WINDOWS = 2 ** 20;

/** Every window meets at least one input position: of padding only there is no maximum and no mean. */
function windowProblems(w: Window2d, x: Value, output: Value): string[] {
  const [, height, width] = x.shape as [number, number, number];
  const [, rows, columns] = output.shape as [number, number, number];
  if (
    (w.dilationHeight > height && rows > MOST_SPARSE_WINDOWS) ||
    (w.dilationWidth > width && columns > MOST_SPARSE_WINDOWS)
  ) {
    return [
      `${rows}x${columns} windows, dilated beyond the input, expected at most ${MOST_SPARSE_WINDOWS} an axis`,
    ];
  }
  return hasEmptyWindow(height, rows, w.kernelHeight, w.strideHeight, w.dilationHeight, w.padTop) ||
    hasEmptyWindow(width, columns, w.kernelWidth, w.strideWidth, w.dilationWidth, w.padLeft)
    ? ['a window covers padding only']
    : [];
}

function hasEmptyWindow(
  input: number,
  positions: number,
  kernel: number,
  stride: number,
  dilation: number,
  padBefore: number,
): boolean {
  const isEmpty = (position: number): boolean => {
    const start = position * stride - padBefore;
    const firstTap = Math.max(0, Math.ceil(-start / dilation));
    return firstTap >= kernel || start + firstTap * dilation >= input;
  };
  // Taps no further apart than the input is long cannot step over it: only the ends can miss it.
  if (dilation <= input) return positions > 0 && (isEmpty(0) || isEmpty(positions - 1));
  for (let position = 0; position < positions; position += 1) if (isEmpty(position)) return true;
  return false;
}

function sumProblems(graph: IntGraph, node: IntNode): string[] {
  const bound = sumBound(node, graph);
  const format = accumulatorFormat(node);
  return bound === null || bound <= maxOf(format)
    ? []
    : [`sums of up to ${bound} leave ${formatName(format)}`];
}

/** The shifted differences of an addition are int32 whatever rescales their sum. */
function accumulatorFormat(node: IntNode): IntFormat {
  return 'requantizer' in node && node.op !== 'add' && node.op !== 'sub'
    ? accumulatorOf(node.requantizer)
    : INT32;
}

function formatOf(value: Value): IntFormat {
  return (value.type as Extract<Value['type'], { kind: 'int' }>).format;
}

function requantizerProblems(requantizer: Requantizer, output: Value): string[] {
  const channels = channelCount(requantizer);
  if (channels !== 1 && channels !== output.shape.at(-1))
    return [`a requantizer for ${channels} channels, expected 1 or ${output.shape.at(-1)}`];
  if (requantizer.kind !== 'stack') return [];
  const rule = ruleOf(requantizer.rule);
  return requantizer.channels.flatMap((parameters) => parameterProblem(rule, parameters) ?? []).slice(0, 1);
}

function clampProblems({ min, max }: CodeRange, format: IntFormat): string[] {
  return min >= minOf(format) && max <= maxOf(format) && min <= max
    ? []
    : [`clamp ${min} … ${max} leaves the output's ${minOf(format)} … ${maxOf(format)}`];
}

function rangeProblems(from: IntFormat, to: IntFormat, what: string): string[] {
  return minOf(from) >= minOf(to) && maxOf(from) <= maxOf(to)
    ? []
    : [`${what} do not fit the output's format`];
}
