import type { AffineGrid } from '../../src/arith/affine.js';
import { UINT8 } from '../../src/arith/int-format.js';
import {
  leakyRelu,
  logisticCpu,
  logisticWasm,
  qLinearActivation,
  type Float32Function,
} from '../../src/arith/onnxruntime/activations.js';
import { averagePool, globalAveragePool } from '../../src/arith/onnxruntime/average-pool.js';
import { dynamicGrid } from '../../src/arith/onnxruntime/dynamic-quantize.js';
import { convolveFloat32, convolveFloat32Alone } from '../../src/arith/onnxruntime/float-convolution.js';
import { qLinearAddCpu, qLinearAddWasm } from '../../src/arith/onnxruntime/q-linear-add.js';
import { qLinearMulCpu, qLinearMulWasm } from '../../src/arith/onnxruntime/q-linear-mul.js';
import { qLinearProductToCode } from '../../src/arith/onnxruntime/q-linear-product.js';
import { dequantizeLinear, quantizeLinear } from '../../src/arith/onnxruntime/quantize-linear.js';
import { qLinearSoftmax } from '../../src/arith/onnxruntime/softmax.js';
import type { Attributes } from './onnx-attributes.js';
import { dtypeOf, formatOf, type CaseTensor } from './onnx-cases.js';
import { covered, isWholeImage, outputExtents, overWindows, windowAttributes } from './onnx-windows.js';

/** ONNX Runtime's x86-64 CPU build and its WASM build use different formulas here and there. */
export type OrtBuild = 'cpu' | 'wasm';

/** Inputs that are left out are undefined. */
type Inputs = readonly (CaseTensor | undefined)[];
type Operator = (inputs: Inputs, attributes: Attributes, build: OrtBuild) => readonly CaseTensor[];

/** What every operator of the cases computes on whole tensors: the loops around the rules in `src/arith/onnxruntime`. */
export const onnxOperators: Readonly<Record<string, Operator>> = {
  QuantizeLinear: ([x, scale, zeroPoint], attributes) => {
    const grids = gridsAlong(x!, scale!, zeroPoint, attributes.int('axis', 1));
    const format = zeroPoint === undefined ? UINT8 : formatOf(zeroPoint);
    return [
      codes(
        x!.dims,
        format,
        x!.data.map((value, index) => quantizeLinear(value, { ...grids(index), format })),
      ),
    ];
  },

  DequantizeLinear: ([x, scale, zeroPoint], attributes) => {
    const grids = gridsAlong(x!, scale!, zeroPoint, attributes.int('axis', 1));
    return [
      floats(
        x!.dims,
        x!.data.map((code, index) => dequantizeLinear(code, grids(index))),
      ),
    ];
  },

  DynamicQuantizeLinear: ([x]) => {
    const grid = dynamicGrid(x!.data);
    return [
      codes(
        x!.dims,
        grid.format,
        x!.data.map((value) => quantizeLinear(value, grid)),
      ),
      floats([], [grid.scale]),
      codes([], grid.format, [grid.zeroPoint]),
    ];
  },

  QLinearAdd: binary({ cpu: qLinearAddCpu, wasm: qLinearAddWasm }),
  QLinearMul: binary({ cpu: qLinearMulCpu, wasm: qLinearMulWasm }),

  QLinearSigmoid: (inputs, _attributes, build) =>
    activation(inputs, { cpu: logisticCpu, wasm: logisticWasm }[build]),
  QLinearLeakyRelu: (inputs, attributes) => activation(inputs, leakyRelu(attributes.float('alpha', 0.01))),

  QLinearSoftmax: ([x, xs, xz, ys, yz], attributes) => {
    const { dims, data } = x!;
    const last = dims.length - 1;
    const axis = attributes.int('axis', -1);
    if (axis !== -1 && axis !== last) throw new Error(`softmax over axis ${axis}, only the last is known`);
    attributes.int('opset', 13); // over the last axis its two meanings are one
    const count = dims[last]!;
    const [input, output] = [gridOf(xs!, xz!), gridOf(ys!, yz!)];
    const rows = Array.from({ length: data.length / count }, (_, row) =>
      qLinearSoftmax(data.slice(row * count, (row + 1) * count), input, output),
    );
    return [codes(dims, output.format, rows.flat())];
  },

  QLinearAveragePool: ([x, xs, xz, ys, yz], attributes) => {
    const kernel = attributes.ints('kernel_shape', []);
    const window = windowAttributes(attributes, kernel);
    const includesPadding = attributes.int('count_include_pad', 0) === 1;
    attributes.mustBe('ceil_mode', 0);
    attributes.mustBe('channels_last', 0);
    const [input, output] = [gridOf(xs!, xz!), gridOf(ys!, yz!)];
    const dims = outputExtents(x!.dims, window, x!.dims[1]!);
    const pooled = overWindows(dims, ([image, channel, row, column]) => {
      const inside = covered(x!, window, [image, channel, row, column]).filter((code) => code !== undefined);
      if (isWholeImage(x!.dims, window)) return globalAveragePool(inside, input, output);
      return averagePool(inside, includesPadding ? kernel[0]! * kernel[1]! : inside.length, input, output);
    });
    return [codes(dims, output.format, pooled)];
  },

  QLinearGlobalAveragePool: ([x, xs, xz, ys, yz], attributes) => {
    attributes.mustBe('channels_last', 0);
    const [images, channels, ...extents] = x!.dims as [number, number, ...number[]];
    const count = extents.reduce((product, extent) => product * extent, 1);
    const [input, output] = [gridOf(xs!, xz!), gridOf(ys!, yz!)];
    const pooled = Array.from({ length: images * channels }, (_, plane) =>
      globalAveragePool(x!.data.slice(plane * count, (plane + 1) * count), input, output),
    );
    return [codes([images, channels, ...extents.map(() => 1)], output.format, pooled)];
  },

  QLinearConv: ([x, xs, xz, w, ws, wz, ys, yz, bias], attributes) => {
    const [input, output] = [gridOf(xs!, xz!), gridOf(ys!, yz!)];
    return convolution(x!, w!, attributes, {
      result: (dims, data) => codes(dims, output.format, data),
      sum: (values, weights, channel) => {
        const weight = channelGrid(ws!, wz!, channel);
        const products = values.map((code, tap) =>
          code === undefined ? 0 : (code - input.zeroPoint) * (weights[tap]! - weight.zeroPoint),
        );
        const acc = products.reduce((total, product) => total + product, bias?.data[channel] ?? 0);
        return qLinearProductToCode(acc, input.scale, weight.scale, output);
      },
    });
  },

  QLinearMatMul: ([a, as, az, b, bs, bz, ys, yz]) => {
    const [rows, depth, columns] = [a!.dims[0]!, a!.dims[1]!, b!.dims[1]!];
    if (a!.dims.length !== 2 || b!.dims.length !== 2)
      throw new Error('only products of two matrices are known');
    const [left, output] = [gridOf(as!, az!), gridOf(ys!, yz!)];
    const product = Array.from({ length: rows * columns }, (_, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns];
      const right = channelGrid(bs!, bz!, column);
      let acc = 0;
      for (let k = 0; k < depth; k += 1) {
        acc +=
          (a!.data[row * depth + k]! - left.zeroPoint) * (b!.data[k * columns + column]! - right.zeroPoint);
      }
      return qLinearProductToCode(acc, left.scale, right.scale, output);
    });
    return [codes([rows, columns], output.format, product)];
  },

  Add: ([a, b]) => {
    needSameShape(a!, b!);
    return [
      floats(
        a!.dims,
        a!.data.map((value, index) => Math.fround(value + b!.data[index]!)),
      ),
    ];
  },

  Conv: ([x, w, bias], attributes) => {
    attributes.mustBe('group', 1);
    const rule = w!.dims[0] === 1 ? convolveFloat32Alone : convolveFloat32;
    return convolution(x!, w!, attributes, {
      result: floats,
      sum: (values, weights, channel) =>
        rule(
          values.map((value) => value ?? 0),
          weights,
          bias?.data[channel] ?? 0,
        ),
    });
  },
};

type BinaryRule = (
  codes: readonly [number, number],
  grids: readonly [AffineGrid, AffineGrid],
  output: AffineGrid,
) => number;

function binary(rules: Readonly<Record<OrtBuild, BinaryRule>>): Operator {
  return ([a, as, az, b, bs, bz, ys, yz], _attributes, build) => {
    needSameShape(a!, b!);
    const [grids, output] = [[gridOf(as!, az!), gridOf(bs!, bz!)] as const, gridOf(ys!, yz!)];
    const results = a!.data.map((code, index) => rules[build]([code, b!.data[index]!], grids, output));
    return [codes(a!.dims, output.format, results)];
  };
}

function activation([x, xs, xz, ys, yz]: Inputs, f: Float32Function): CaseTensor[] {
  const [input, output] = [gridOf(xs!, xz!), gridOf(ys!, yz!)];
  const results = x!.data.map((code) => qLinearActivation(code, f, input, output));
  return [codes(x!.dims, output.format, results)];
}

/** A convolution, given how the values under one window and one filter make a result; padding comes as undefined. */
interface Summation {
  readonly sum: (
    values: readonly (number | undefined)[],
    weights: readonly number[],
    channel: number,
  ) => number;
  readonly result: (dims: readonly number[], data: readonly number[]) => CaseTensor;
}

function convolution(
  x: CaseTensor,
  w: CaseTensor,
  attributes: Attributes,
  { sum, result }: Summation,
): CaseTensor[] {
  const [filters, channels, ...extents] = w.dims as [number, number, ...number[]];
  const window = windowAttributes(attributes, attributes.ints('kernel_shape', extents));
  const groupFilters = filters / attributes.int('group', 1);
  const taps = w.data.length / filters;
  const dims = outputExtents(x.dims, window, filters);
  const results = overWindows(dims, ([image, filter, row, column]) => {
    const first = Math.floor(filter / groupFilters) * channels;
    const values = Array.from({ length: channels }, (_, c) =>
      covered(x, window, [image, first + c, row, column]),
    );
    return sum(values.flat(), w.data.slice(filter * taps, (filter + 1) * taps), filter);
  });
  return [result(dims, results)];
}

const floats = (dims: readonly number[], data: readonly number[]): CaseTensor => ({
  dtype: 'float32',
  dims,
  data,
});
const codes = (
  dims: readonly number[],
  format: AffineGrid['format'],
  data: readonly number[],
): CaseTensor => ({
  dtype: dtypeOf(format),
  dims,
  data,
});

function gridOf(scale: CaseTensor, zeroPoint: CaseTensor): AffineGrid {
  return channelGrid(scale, zeroPoint, 0);
}

/** The grid of one channel; one scale serves all of them. */
function channelGrid(scale: CaseTensor, zeroPoint: CaseTensor, channel: number): AffineGrid {
  return {
    scale: scale.data[scale.data.length === 1 ? 0 : channel]!,
    zeroPoint: zeroPoint.data[zeroPoint.data.length === 1 ? 0 : channel]!,
    format: formatOf(zeroPoint),
  };
}

/** Which scale and zero point an element of the tensor has: one for all, or one per index of the axis. */
function gridsAlong(
  { dims }: CaseTensor,
  scale: CaseTensor,
  zeroPoint: CaseTensor | undefined,
  axis: number,
): (index: number) => { readonly scale: number; readonly zeroPoint: number } {
  const position = axis < 0 ? axis + dims.length : axis;
  const inner = dims.slice(position + 1).reduce((product, extent) => product * extent, 1);
  return (index) => {
    const channel = scale.data.length === 1 ? 0 : Math.floor(index / inner) % dims[position]!;
    return { scale: scale.data[channel]!, zeroPoint: zeroPoint?.data[channel] ?? 0 };
  };
}

function needSameShape(a: CaseTensor, b: CaseTensor): void {
  if (a.dims.join() !== b.dims.join())
    throw new Error(`shapes ${a.dims.join('x')} and ${b.dims.join('x')} differ`);
}
