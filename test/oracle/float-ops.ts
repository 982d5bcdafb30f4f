import type { FloatConv2d } from '../../src/ir/ops/conv2d.js';
import type { FloatConvTranspose2d } from '../../src/ir/ops/conv-transpose2d.js';
import type { FloatNode, MovementNode } from '../../src/ir/operators.js';
import type { Window2d } from '../../src/tensor/window.js';

/**
 * The float operators by their textbook definitions, one output element at a time, in doubles. Slow; shares nothing with
 * `src` but types.
 */

export interface Values {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

type Index = readonly number[];
type Computed = Exclude<FloatNode, MovementNode>;

/** Every output element of a node, unrounded, in row-major order. Unary functions are tested one by one instead. */
export function floatOracle(node: Computed, inputs: readonly Values[], shape: readonly number[]): number[] {
  const [a, b] = inputs as [Values, Values];
  switch (node.op) {
    case 'conv2d':
      return tabulate(shape, (index) => clamped(node, convolution(node, inputs, index)));
    case 'convTranspose2d':
      return transposedConvolution(node, inputs, shape);
    case 'fullyConnected':
      return tabulate(shape, (index) => {
        const output = index.at(-1)!;
        const products = range(b.shape[1]!).map(
          (k) => at(a, [...index.slice(0, -1), k]) * at(b, [output, k]),
        );
        return clamped(node, sum(products) + (inputs[2] === undefined ? 0 : at(inputs[2], [output])));
      });
    case 'matMul':
      return tabulate(shape, (index) => {
        const [row, column] = index.slice(-2) as [number, number];
        const batch = index.slice(0, -2);
        return sum(
          range(a.shape.at(-1)!).map(
            (k) => broadcastAt(a, [...batch, row, k], 2) * broadcastAt(b, [...batch, k, column], 2),
          ),
        );
      });
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'pow': {
      const f = {
        add: (x: number, y: number) => x + y,
        sub: (x: number, y: number) => x - y,
        mul: (x: number, y: number) => x * y,
        div: (x: number, y: number) => x / y,
        pow: (x: number, y: number) => Math.pow(x, y),
      }[node.op];
      return tabulate(shape, (index) => clamped(node, f(broadcastAt(a, index), broadcastAt(b, index))));
    }
    case 'prelu':
      return tabulate(shape, (index) => at(a, index) * (at(a, index) < 0 ? broadcastAt(b, index) : 1));
    case 'batchNormalization': {
      const [gamma, beta, mean, variance] = inputs.slice(1) as [Values, Values, Values, Values];
      return tabulate(shape, (index) => {
        const c = [index.at(-1)!];
        const normal = (at(a, index) - at(mean, c)) / Math.sqrt(at(variance, c) + node.epsilon);
        return normal * at(gamma, c) + at(beta, c);
      });
    }
    case 'softmax':
    case 'logSoftmax':
      return tabulate(shape, (index) => {
        const shares = lastAxis(a, index).map((other) => Math.exp(other - at(a, index)));
        return node.op === 'softmax' ? 1 / sum(shares) : -Math.log(sum(shares));
      });
    case 'layerNormalization':
      return tabulate(shape, (index) => {
        const vector = lastAxis(a, index);
        const mean = sum(vector) / vector.length;
        const variance = sum(vector.map((x) => (x - mean) * (x - mean))) / vector.length;
        const normal = (at(a, index) - mean) / Math.sqrt(variance + node.epsilon);
        const c = [index.at(-1)!];
        return normal * at(b, c) + (inputs[2] === undefined ? 0 : at(inputs[2], c));
      });
    case 'maxPool':
      return tabulate(shape, (index) => Math.max(...windowValues(node, a, index)));
    case 'averagePool':
      return tabulate(shape, (index) => {
        const inside = windowValues(node, a, index);
        const divisor = node.countIncludePad ? node.kernelHeight * node.kernelWidth : inside.length;
        return divisor === 0 ? 0 : sum(inside) / divisor;
      });
    case 'mean': {
      const members = new Map<string, number[]>();
      tabulate(a.shape, (index) => {
        const key = index.filter((_, axis) => !node.axes.includes(axis)).join();
        members.set(key, [...(members.get(key) ?? []), at(a, index)]);
        return 0;
      });
      return [...members.values()].map((values) => sum(values) / values.length);
    }
    case 'resize':
      return tabulate(shape, ([n, y, x, c]) => {
        const { rows, columns } = node;
        const [rowWeight, columnWeight] = [rows.upperWeight[y!]!, columns.upperWeight[x!]!];
        const value = (row: number, column: number): number => at(a, [n!, row, column, c!]);
        return (
          value(rows.lower[y!]!, columns.lower[x!]!) * (1 - rowWeight) * (1 - columnWeight) +
          value(rows.lower[y!]!, columns.upper[x!]!) * (1 - rowWeight) * columnWeight +
          value(rows.upper[y!]!, columns.lower[x!]!) * rowWeight * (1 - columnWeight) +
          value(rows.upper[y!]!, columns.upper[x!]!) * rowWeight * columnWeight
        );
      });
    default:
      throw new Error(`${node.op} has no definition here`);
  }
}

function convolution(node: FloatConv2d, [x, weight, bias]: readonly Values[], index: Index): number {
  const [n, row, column, output] = index as [number, number, number, number];
  const [outputs, , , groupChannels] = weight!.shape as [number, number, number, number];
  const group = Math.floor(output / (outputs / node.groups));
  let result = bias === undefined ? 0 : at(bias, [output]);
  for (const k of range(node.kernelHeight)) {
    for (const j of range(node.kernelWidth)) {
      for (const c of range(groupChannels)) {
        const y = row * node.strideHeight - node.padTop + k * node.dilationHeight;
        const z = column * node.strideWidth - node.padLeft + j * node.dilationWidth;
        result += at(x!, [n, y, z, group * groupChannels + c]) * at(weight!, [output, k, j, c]);
      }
    }
  }
  return result;
}

/** Each input value, times its kernel, is added to the output where it lands. */
function transposedConvolution(
  node: FloatConvTranspose2d,
  [x, weight, bias]: readonly Values[],
  shape: readonly number[],
): number[] {
  const [outputs, , , groupChannels] = weight!.shape as [number, number, number, number];
  const groupOutputs = outputs / node.groups;
  const result = tabulate(shape, (index) => (bias === undefined ? 0 : at(bias, [index[3]!])));
  tabulate(x!.shape, ([n, row, column, channel]) => {
    const group = Math.floor(channel! / groupChannels);
    for (const k of range(node.kernelHeight)) {
      for (const j of range(node.kernelWidth)) {
        for (const o of range(groupOutputs)) {
          const output = group * groupOutputs + o;
          const y = row! * node.strideHeight + k * node.dilationHeight - node.padTop;
          const z = column! * node.strideWidth + j * node.dilationWidth - node.padLeft;
          const offset = offsetOf(shape, [n!, y, z, output]);
          if (offset === null) continue;
          const factor = at(weight!, [output, k, j, channel! % groupChannels]);
          result[offset]! += at(x!, [n!, row!, column!, channel!]) * factor;
        }
      }
    }
    return 0;
  });
  return result.map((value) => clamped(node, value));
}

/** The values under the window of one output position, padding left out. */
function windowValues(node: Window2d, x: Values, [n, row, column, c]: Index): number[] {
  return range(node.kernelHeight).flatMap((k) =>
    range(node.kernelWidth).flatMap((j) => {
      const y = row! * node.strideHeight - node.padTop + k * node.dilationHeight;
      const z = column! * node.strideWidth - node.padLeft + j * node.dilationWidth;
      const offset = offsetOf(x.shape, [n!, y, z, c!]);
      return offset === null ? [] : [x.data[offset]!];
    }),
  );
}

function clamped(
  { activation }: { readonly activation: { readonly min: number; readonly max: number } | null },
  value: number,
): number {
  return activation === null ? value : Math.max(activation.min, Math.min(activation.max, value));
}

/** The vector along the last axis that an index lies on. */
function lastAxis(x: Values, index: Index): number[] {
  return range(x.shape.at(-1)!).map((k) => at(x, [...index.slice(0, -1), k]));
}

/** Row-major position of an index, or null outside the shape. */
function offsetOf(shape: readonly number[], index: Index): number | null {
  let offset = 0;
  for (const [axis, extent] of shape.entries()) {
    if (index[axis]! < 0 || index[axis]! >= extent) return null;
    offset = offset * extent + index[axis]!;
  }
  return offset;
}

/** The element at an index; zero outside. */
function at(x: Values, index: Index): number {
  const offset = offsetOf(x.shape, index);
  return offset === null ? 0 : x.data[offset]!;
}

/** The element that NumPy broadcasting puts at an index; the last `exact` axes do not broadcast. */
function broadcastAt(x: Values, index: Index, exact = 0): number {
  const own = index.slice(index.length - x.shape.length);
  return at(
    x,
    own.map((i, axis) => (axis < own.length - exact && x.shape[axis] === 1 ? 0 : i)),
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** `f` of every index of a shape, in row-major order. */
function tabulate(shape: readonly number[], f: (index: Index) => number): number[] {
  const indices = shape.reduce<number[][]>(
    (prefixes, extent) => prefixes.flatMap((prefix) => range(extent).map((i) => [...prefix, i])),
    [[]],
  );
  return indices.map(f);
}
