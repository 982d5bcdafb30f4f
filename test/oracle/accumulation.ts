import type { OverflowPolicy } from '../../src/arith/accumulator.js';
import type { IntNode } from '../../src/ir/operators.js';
import type { Tensor } from '../../src/tensor/tensor.js';

/** Where a trapping accumulator stops, or what any other holds at the end. */
export type Held = { readonly sum: bigint } | { readonly addition: number; readonly partialSum: bigint };

/**
 * `docs/reference/accumulators.md` read aloud: the initial value and the products one after the other; a sum outside
 * −half … half − 1 is moved by whole turns of the register, pushed back to its end, or stops everything.
 */
export function accumulated(
  initial: bigint,
  products: readonly bigint[],
  bits: number,
  overflow: OverflowPolicy,
): Held {
  const half = 2n ** BigInt(bits - 1);
  let sum = 0n;
  for (let addition = 0; addition <= products.length; addition += 1) {
    sum += addition === 0 ? initial : products[addition - 1]!;
    if (overflow === 'trap' && (sum >= half || sum < -half)) return { addition, partialSum: sum };
    if (overflow === 'saturate' && sum >= half) sum = half - 1n;
    if (overflow === 'saturate' && sum < -half) sum = -half;
    if (overflow === 'wrap') {
      const turns = (sum + half) % (2n * half);
      sum = (turns < 0n ? turns + 2n * half : turns) - half;
    }
  }
  return { sum };
}

type Convolution = Extract<IntNode, { readonly groups: number }>;
export type SummingNode = Extract<IntNode, { readonly weightZeroPoint: number } | { readonly op: 'matMul' }>;

/** The initial value and the products of every output element, in the defined order. */
export interface Terms {
  readonly initial: bigint;
  readonly products: readonly bigint[];
}

export function termsOf(node: SummingNode, operands: readonly Tensor[], result: readonly number[]): Terms[] {
  switch (node.op) {
    case 'matMul':
      return matMulTerms(node.inputZeroPoints, operands, result);
    case 'fullyConnected':
      return denseTerms(node.weightZeroPoint, operands);
    default:
      return convolutionTerms(node, operands, result);
  }
}

const big = (tensor: Tensor): bigint[] => Array.from(tensor.data, BigInt);

function denseTerms(zeroPoint: number, [x, weight, bias]: readonly Tensor[]): Terms[] {
  const features = weight!.shape[1]!;
  const [xs, weights, biases] = [big(x!), big(weight!), big(bias!)];
  const terms: Terms[] = [];
  for (let start = 0; start < xs.length; start += features) {
    const row = xs.slice(start, start + features);
    for (const [output, initial] of biases.entries()) {
      const own = weights.slice(output * features, (output + 1) * features);
      terms.push({ initial, products: own.map((w, i) => (w - BigInt(zeroPoint)) * row[i]!) });
    }
  }
  return terms;
}

/** Matrices of each batch side by side: an axis that one operand lacks, or has once, repeats it. */
function matMulTerms(
  [aZero, bZero]: readonly [number, number],
  [a, b]: readonly Tensor[],
  result: readonly number[],
): Terms[] {
  const [m, n, depth] = [result.at(-2)!, result.at(-1)!, a!.shape.at(-1)!];
  const [as, bs] = [big(a!), big(b!)];
  const batches = result.slice(0, -2);
  const terms: Terms[] = [];
  for (const index of indicesOf(batches)) {
    const aMatrix = matrixNumber(index, a!.shape.slice(0, -2)) * m * depth;
    const bMatrix = matrixNumber(index, b!.shape.slice(0, -2)) * depth * n;
    for (let row = 0; row < m; row += 1) {
      for (let column = 0; column < n; column += 1) {
        const products = Array.from(
          { length: depth },
          (_, k) =>
            (as[aMatrix + row * depth + k]! - BigInt(aZero)) *
            (bs[bMatrix + k * n + column]! - BigInt(bZero)),
        );
        terms.push({ initial: 0n, products });
      }
    }
  }
  return terms;
}

function matrixNumber(index: readonly number[], shape: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return shape.reduce((number, extent, axis) => number * extent + (extent === 1 ? 0 : own[axis]!), 0);
}

function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (indices, extent) => indices.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The input is laid out on a canvas, for a transposed convolution with gaps; what is not on it has the zero point's code. */
function convolutionTerms(
  node: Convolution,
  [x, weight, bias]: readonly Tensor[],
  result: readonly number[],
): Terms[] {
  const [, height, width, inputs] = x!.shape as [number, number, number, number];
  const [outputs, , , groupInputs] = weight!.shape as [number, number, number, number];
  const isForward = node.op !== 'convTranspose2d';
  const canvas = new Map<string, number>();
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const spot = isForward ? [row, column] : [row * node.strideHeight, column * node.strideWidth];
      canvas.set(spot.join(), row * width + column);
    }
  }
  const [xs, weights, biases] = [big(x!), big(weight!), big(bias!)];
  return indicesOf(result).map(([n, row, column, output]) => {
    const group = Math.floor(output! / (outputs / node.groups));
    const taps = weights.slice(
      (output! * weights.length) / outputs,
      ((output! + 1) * weights.length) / outputs,
    );
    const products = taps.map((w, term) => {
      const channel = group * groupInputs + (term % groupInputs);
      const tap = Math.floor(term / groupInputs);
      const [down, right] = [Math.floor(tap / node.kernelWidth), tap % node.kernelWidth];
      const spot = isForward
        ? [
            row! * node.strideHeight + down * node.dilationHeight - node.padTop,
            column! * node.strideWidth + right * node.dilationWidth - node.padLeft,
          ]
        : [
            row! - down * node.dilationHeight + node.padTop,
            column! - right * node.dilationWidth + node.padLeft,
          ];
      const pixel = canvas.get(spot.join());
      const code =
        pixel === undefined
          ? BigInt(node.inputZeroPoint)
          : xs[(n! * height * width + pixel) * inputs + channel]!;
      return (w - BigInt(node.weightZeroPoint)) * code;
    });
    return { initial: biases[output!]!, products };
  });
}
