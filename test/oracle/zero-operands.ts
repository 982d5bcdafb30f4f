import type { ArrayNode } from '../../src/ir/array-node.js';
import type { IntNode } from '../../src/ir/operators.js';
import type { Shape } from '../../src/tensor/shape.js';
import type { Tensor } from '../../src/tensor/tensor.js';

export interface ZeroOperands {
  macs: number;
  activations: number;
  weights: number;
  both: number;
}

/** Every multiply-accumulate of a node looked at by itself, output by output and term by term; slow. */
export function zeroOperandMacs(
  node: ArrayNode<IntNode>,
  [x, weight]: readonly Tensor[],
  output: Shape,
): ZeroOperands {
  const found: ZeroOperands = { macs: 0, activations: 0, weights: 0, both: 0 };
  const [xZero, weightZero] =
    node.op === 'matMul' ? node.inputZeroPoints : [node.inputZeroPoint, node.weightZeroPoint];
  const look = (xIndex: readonly number[] | null, weightIndex: readonly number[]): void => {
    const zeroX = xIndex === null || at(x!, xIndex) === xZero;
    const zeroWeight = at(weight!, weightIndex) === weightZero;
    found.macs += 1;
    if (zeroX) found.activations += 1;
    if (zeroWeight) found.weights += 1;
    if (zeroX || zeroWeight) found.both += 1;
  };
  for (const index of indices(output)) {
    if (node.op === 'fullyConnected') {
      const feature = index.at(-1)!;
      for (let k = 0; k < weight!.shape[1]!; k += 1) look([...index.slice(0, -1), k], [feature, k]);
    } else if (node.op === 'matMul') {
      const [batch, [row, column]] = [index.slice(0, -2), index.slice(-2)];
      for (let k = 0; k < x!.shape.at(-1)!; k += 1) look([...batch, row!, k], [...batch, k, column!]);
    } else {
      const [n, y, z, channel] = index as [number, number, number, number];
      const [outputs, height, width, depth] = weight!.shape as [number, number, number, number];
      const firstInput = Math.floor(channel / (outputs / node.groups)) * depth;
      for (const [kernelRow, kernelColumn, i] of indices([height, width, depth]) as Iterable<
        [number, number, number]
      >) {
        const row = meets(node.op, y, kernelRow, node.strideHeight, node.dilationHeight, node.padTop);
        const column = meets(node.op, z, kernelColumn, node.strideWidth, node.dilationWidth, node.padLeft);
        if (row === null || column === null) continue;
        const inside = row >= 0 && row < x!.shape[1]! && column >= 0 && column < x!.shape[2]!;
        look(inside ? [n, row, column, firstInput + i] : null, [channel, kernelRow, kernelColumn, i]);
      }
    }
  }
  return found;
}

/** The input position; null where a transposed convolution's tap falls between inputs. */
function meets(
  op: string,
  output: number,
  tap: number,
  stride: number,
  dilation: number,
  pad: number,
): number | null {
  if (op !== 'convTranspose2d') return output * stride + tap * dilation - pad;
  const steps = output + pad - tap * dilation;
  return steps % stride === 0 ? steps / stride : null;
}

/** The element under an index of the broadcast shape. */
function at({ shape, data }: Tensor, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return Number(
    data[own.reduce((offset, i, axis) => offset * shape[axis]! + (shape[axis] === 1 ? 0 : i), 0)],
  );
}

function* indices(shape: Shape): Generator<readonly number[]> {
  if (shape.length === 0) {
    yield [];
    return;
  }
  for (let first = 0; first < shape[0]!; first += 1) {
    for (const rest of indices(shape.slice(1))) yield [first, ...rest];
  }
}
