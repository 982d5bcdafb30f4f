import { maxOf, minOf } from '../arith/int-format.js';
import { assert } from '../core/errors.js';
import { elementCount } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { isArrayNode, type ArrayNode } from './array-node.js';
import type { IntGraph, ValueId } from './graph.js';
import type { IntNode } from './operators.js';

/** The partial sums of one output channel, whatever the activations and the order in which products follow the bias. */
export interface PartialSums {
  /** None is larger in magnitude: `|bias| + Σ |weight| · max |x|` (white paper 2.1). */
  readonly bound: number;
  /** The bias and the smallest each product can be; no partial sum is smaller. */
  readonly smallest: number;
  /** The bias and the largest each product can be; no partial sum is larger. */
  readonly largest: number;
}

/** What a layer asks of its accumulators. */
export interface AccumulatorNeed {
  /** Products of every sum. */
  readonly terms: number;
  /** Of the channel where it is largest. */
  readonly bound: number;
  /** Of all channels. */
  readonly smallest: number;
  readonly largest: number;
  /** The least two's complement width that holds every partial sum. */
  readonly safeBits: number;
  /** The channel that reaches farthest towards the ends of the width, the first of equals; null where all are alike. */
  readonly worstChannel: number | null;
}

interface Interval {
  readonly min: number;
  readonly max: number;
}

const NOTHING: Interval = { min: 0, max: 0 };

export type IntArrayNode = ArrayNode<IntNode>;

/**
 * One entry an output channel; one for all where both operands are activations (`matMul`).
 *
 * The ends are sharp wherever the terms of an output are independent of each other: then the activations that make every
 * product largest make the complete sum `largest`. Where a tap meets padding, or the gap of a transposed convolution, its
 * code is the input's zero point instead, and the ends may be out of reach.
 */
export function partialSums(node: IntArrayNode, graph: IntGraph): readonly PartialSums[] {
  const [x, second, bias] = node.inputs as readonly [ValueId, ValueId, ValueId?];
  const terms = termCount(node, graph);
  if (node.op === 'matMul') {
    const [a, b] = node.inputZeroPoints;
    return [
      sumsOf(NOTHING, products(terms, shifted(codesOf(x, graph), a), shifted(codesOf(second, graph), b))),
    ];
  }
  const codes = codesOf(x, graph);
  const input = node.op === 'fullyConnected' ? codes : including(codes, node.inputZeroPoint);
  const weights = graph.constants.get(second)?.data;
  const anyWeight = shifted(codesOf(second, graph), node.weightZeroPoint);
  return Array.from({ length: graph.values.get(second)!.shape[0]! }, (_, channel) => {
    const all =
      weights === undefined
        ? products(terms, anyWeight, input)
        : weighted(weights.subarray(channel * terms, (channel + 1) * terms), node.weightZeroPoint, input);
    return sumsOf(biasOf(bias, channel, graph), all);
  });
}

/** The need of a layer; null for operators without an accumulator. */
export function accumulatorNeed(node: IntNode, graph: IntGraph): AccumulatorNeed | null {
  if (!isArrayNode(node)) return null;
  const channels = partialSums(node, graph);
  const farthest = greatest(channels, reach);
  return {
    terms: termCount(node, graph),
    bound: greatest(channels, ({ bound }) => bound),
    smallest: 0 - greatest(channels, ({ smallest }) => 0 - smallest),
    largest: greatest(channels, ({ largest }) => largest),
    safeBits: bitsFor(farthest),
    worstChannel: node.op === 'matMul' ? null : channels.findIndex((sums) => reach(sums) === farthest),
  };
}

/** The least two's complement width that holds these sums. −2^(bits − 1) itself is held, 2^(bits − 1) is not. */
export function signedBits(sums: Pick<PartialSums, 'smallest' | 'largest'>): number {
  return bitsFor(reach(sums));
}

/** What 2^(bits − 1) must be at least. */
function reach({ smallest, largest }: Pick<PartialSums, 'smallest' | 'largest'>): number {
  return Math.max(largest + 1, -smallest);
}

function bitsFor(farthest: number): number {
  let bits = 1;
  while (2 ** (bits - 1) < farthest) bits += 1;
  return bits;
}

function termCount(node: IntArrayNode, graph: IntGraph): number {
  const [x, second] = node.inputs;
  return node.op === 'matMul'
    ? graph.values.get(x!)!.shape.at(-1)!
    : elementCount(graph.values.get(second!)!.shape.slice(1));
}

/** What a sum of products can be, of all of them or of some: one that is still to come, or missing, counts as 0. */
function products(count: number, a: Interval, b: Interval): PartialSums {
  const ends = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return {
    bound: count * magnitude(a) * magnitude(b),
    smallest: count * Math.min(0, ...ends),
    largest: count * Math.max(0, ...ends),
  };
}

/** The same of codes, whose range holds 0, times known weights: positive weights reach one end with large codes, negative ones with small codes. */
function weighted(weights: Tensor['data'], zeroPoint: number, { min, max }: Interval): PartialSums {
  let [positive, negative] = [0, 0];
  for (const code of weights) {
    const weight = code - zeroPoint;
    if (weight > 0) positive += weight;
    else negative += weight;
  }
  return {
    bound: (positive - negative) * magnitude({ min, max }),
    smallest: positive * min + negative * max,
    largest: positive * max + negative * min,
  };
}

function sumsOf(initial: Interval, { bound, smallest, largest }: PartialSums): PartialSums {
  return {
    bound: magnitude(initial) + bound,
    smallest: initial.min + smallest,
    largest: initial.max + largest,
  };
}

function biasOf(id: ValueId | undefined, channel: number, graph: IntGraph): Interval {
  if (id === undefined) return NOTHING;
  const constant = graph.constants.get(id)?.data[channel];
  return constant === undefined ? codesOf(id, graph) : { min: constant, max: constant };
}

function codesOf(id: ValueId, graph: IntGraph): Interval {
  const { type } = graph.values.get(id)!;
  assert(type.kind === 'int', 'after quantization there are no floats', { id });
  return { min: minOf(type.format), max: maxOf(type.format) };
}

function shifted({ min, max }: Interval, zeroPoint: number): Interval {
  return { min: min - zeroPoint, max: max - zeroPoint };
}

function including({ min, max }: Interval, value: number): Interval {
  return { min: Math.min(min, value), max: Math.max(max, value) };
}

function magnitude({ min, max }: Interval): number {
  return Math.max(-min, max);
}

function greatest(channels: readonly PartialSums[], of: (sums: PartialSums) => number): number {
  return channels.reduce((most, sums) => Math.max(most, of(sums)), -Infinity);
}
