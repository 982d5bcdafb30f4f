import type { MacArray } from '../../src/hw/accelerator.js';
import type { ArrayNode } from '../../src/ir/array-node.js';
import type { IntNode } from '../../src/ir/operators.js';
import type { Part, Step } from '../../src/lower/program/step.js';
import type { ArrayWorkload } from '../../src/lower/workload/workload.js';
import type { Shape } from '../../src/tensor/shape.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { positionsIn, tapsAt } from './axis-taps.js';

/** A product with the multiplier that makes it, when in its stream, and its operands. */
interface Product {
  readonly row: number;
  readonly column: number;
  readonly time: number;
  readonly activation: number;
  readonly weight: number;
}

/** Output position, group, output channel of the group, tap of the kernel along both axes, input channel of the group. */
interface Term {
  readonly image: number;
  readonly y: number;
  readonly x: number;
  readonly group: number;
  readonly output: number;
  readonly tapY: number;
  readonly tapX: number;
  readonly channel: number;
}

/** Bits that flip at each multiplier of the array, product after product, moment after moment; slow. */
export function meshToggles(
  node: ArrayNode<IntNode>,
  tensors: readonly Tensor[],
  output: Shape,
  workload: ArrayWorkload,
  steps: readonly Step[],
  array: MacArray,
): number {
  const west = Array.from({ length: array.rows }, () => 0);
  const north = Array.from({ length: array.columns }, () => 0);
  const westIs = array.dataflow === 'is' ? 'weight' : 'activation';
  const westBits = array.dataflow === 'is' ? array.weightBits : array.activationBits;
  let flips = 0;
  for (const { work, part } of steps) {
    if (work.kind !== 'stream' || part.of !== 'products') continue;
    const moments = new Map<number, Product[]>();
    for (const product of productsOf(node, tensors, output, workload, part, array.dataflow)) {
      moments.set(product.time, [...(moments.get(product.time) ?? []), product]);
    }
    for (const time of [...moments.keys()].sort((a, b) => a - b)) {
      const products = moments.get(time)!;
      for (const product of products) {
        flips += differingBits(west[product.row]!, product[westIs], westBits);
        if (array.dataflow === 'os')
          flips += differingBits(north[product.column]!, product.weight, array.weightBits);
      }
      for (const product of products) {
        west[product.row] = product[westIs];
        north[product.column] = product.weight;
      }
    }
  }
  return flips;
}

function differingBits(a: number, b: number, bits: number): number {
  const [first, second] = [a, b].map((code) =>
    BigInt.asUintN(bits, BigInt(code)).toString(2).padStart(bits, '0'),
  );
  return Array.from(first!).filter((bit, place) => bit !== second![place]).length;
}

function* productsOf(
  node: ArrayNode<IntNode>,
  tensors: readonly Tensor[],
  output: Shape,
  workload: ArrayWorkload,
  { positions, run, block }: Extract<Part, { of: 'products' }>,
  dataflow: MacArray['dataflow'],
): Generator<Product> {
  const { phase, channels, inputChannels, depth } = block;
  const outputs = channels.outputChannels.end - channels.outputChannels.start;
  const terms = depth.end - depth.start;
  let met = 0;
  for (const image of positionsIn(positions.images)) {
    for (const y of positionsIn(positions.rows)) {
      for (const x of positionsIn(positions.columns)) {
        if (y % phase.rowPeriod !== phase.row || x % phase.columnPeriod !== phase.column) continue;
        const position = met - run.start;
        met += 1;
        if (position < 0 || met > run.end) continue;
        const taps = tapsAt(workload.rows, y).flatMap((tapY) =>
          tapsAt(workload.columns, x).flatMap((tapX) =>
            Array.from(positionsIn(inputChannels), (channel) => ({ tapY, tapX, channel })),
          ),
        );
        for (const group of positionsIn(channels.groups)) {
          const g = group - channels.groups.start;
          for (const k of positionsIn(depth)) {
            for (const out of positionsIn(channels.outputChannels)) {
              const term = { image, y, x, group, output: out, ...taps[k]! };
              const operands = operandsOf(node, tensors, output, workload, term);
              const summed = g * terms + k - depth.start;
              const made = g * outputs + out - channels.outputChannels.start;
              const place = {
                ws: { row: summed, column: made, time: position },
                os: { row: position, column: made, time: summed },
                is: { row: summed, column: position, time: made },
              }[dataflow];
              yield { ...place, ...operands };
            }
          }
        }
      }
    }
  }
}

function operandsOf(
  node: ArrayNode<IntNode>,
  [a, b]: readonly Tensor[],
  output: Shape,
  workload: ArrayWorkload,
  term: Term,
): Pick<Product, 'activation' | 'weight'> {
  const { image, y, x, group, tapY, tapX, channel } = term;
  if (node.op === 'fullyConnected') {
    const inputs = b!.shape[1]!;
    return {
      activation: Number(a!.data[y * inputs + channel]),
      weight: Number(b!.data[term.output * inputs + channel]),
    };
  }
  if (node.op === 'matMul') {
    const [product, row, column] = elementOf(a!, b!, output, term);
    const batch = unravel(product, output.slice(0, -2));
    return {
      activation: broadcastAt(a!, [...batch, row, channel]),
      weight: broadcastAt(b!, [...batch, channel, column]),
    };
  }
  const inputs = workload.inputChannels;
  const at = (axis: 'Height' | 'Width', position: number, tap: number): number => {
    const [stride, dilation] = [node[`stride${axis}`], node[`dilation${axis}`]];
    const pad = axis === 'Height' ? node.padTop : node.padLeft;
    if (node.op === 'convTranspose2d') return (position + pad - tap * dilation) / stride;
    return position * stride + tap * dilation - pad;
  };
  const [row, column] = [at('Height', y, tapY), at('Width', x, tapX)];
  const [, height, width] = a!.shape as [number, number, number];
  const inside = row >= 0 && row < height && column >= 0 && column < width;
  const filter = group * workload.outputChannels + term.output;
  return {
    activation: inside
      ? broadcastAt(a!, [image, row, column, group * inputs + channel])
      : node.inputZeroPoint,
    weight: broadcastAt(b!, [filter, tapY, tapX, channel]),
  };
}

function matrices({ shape }: Tensor): number {
  return shape.slice(0, -2).reduce((count, n) => count * n, 1);
}

/** The product, row and column of the result that a term of the joined products adds to. */
function elementOf(
  a: Tensor,
  b: Tensor,
  output: Shape,
  { y, group, output: out }: Term,
): [number, number, number] {
  const [rows, columns] = output.slice(-2) as [number, number];
  if (matrices(b) === 1) return [Math.floor(y / rows), y % rows, out];
  if (matrices(a) === 1) return [Math.floor(out / columns), y, out % columns];
  return [group, y, out];
}

function unravel(index: number, shape: Shape): number[] {
  let rest = index;
  return [...shape]
    .reverse()
    .map((extent) => {
      const place = rest % extent;
      rest = Math.floor(rest / extent);
      return place;
    })
    .reverse();
}

/** The element under an index of the broadcast shape. */
function broadcastAt({ shape, data }: Tensor, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return Number(
    data[own.reduce((offset, i, axis) => offset * shape[axis]! + (shape[axis] === 1 ? 0 : i), 0)],
  );
}
