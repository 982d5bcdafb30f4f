import { assert } from '../../core/errors.js';
import { realToCode } from '../../arith/affine.js';
import { roundHalfAway } from '../../arith/float-rounding.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import { dynamicGrid } from '../../arith/onnxruntime/dynamic-quantize.js';
import { quantizeLinear as codeOf } from '../../arith/onnxruntime/quantize-linear.js';
import type { Quantization, ValueType } from '../../ir/graph.js';
import type { DequantizeLinear, DynamicQuantize, QuantizeLinear } from '../../ir/ops/quantization.js';
import { elementCount } from '../../tensor/shape.js';
import { storageType, zeros } from '../../tensor/tensor.js';
import type { BindKernel } from '../kernel.js';
import { floats } from './operands.js';

/** The format and grid of codes; they must be known. */
function gridOf(type: ValueType) {
  assert(type.kind === 'int' && type.quantization !== null, 'quantized values have a grid', { type });
  return { format: type.format, quantization: type.quantization };
}

/** NaN becomes the zero point. */
export const quantizeLinear: BindKernel<QuantizeLinear> = (node, _operands, { shape, type }) => {
  const { format, quantization } = gridOf(type);
  const { zeroPoint } = quantization;
  const scale = quantization.scales[0]!;
  assert(quantization.axis === null, 'activations have one scale', { type });
  const lowest = minOf(format);
  const highest = maxOf(format);
  const toCode =
    node.rounding === 'halfAwayFromZero'
      ? (steps: number) => {
          const code = roundHalfAway(steps) + zeroPoint;
          return Number.isNaN(code) ? zeroPoint : Math.min(Math.max(code, lowest), highest);
        }
      : (steps: number) => realToCode(steps, 1, zeroPoint, format);
  const inverse = Math.fround(1 / scale);
  const stepsOf =
    node.rounding === 'halfEvenOfProduct' ? (real: number) => real * inverse : (real: number) => real / scale;
  return (tensors) => {
    const x = floats(tensors[0]);
    const output = zeros(storageType(format), shape);
    for (let i = 0; i < x.length; i += 1) output.data[i] = toCode(Math.fround(stepsOf(x[i]!)));
    return output;
  };
};

export const dequantizeLinear: BindKernel<DequantizeLinear> = (_node, [x], { shape }) => {
  const { quantization } = gridOf(x!.type);
  const { zeroPoint, scales } = quantization;
  const { count, run } = runsOf(quantization, shape);
  return ([codes]) => {
    const { data } = codes!;
    const output = zeros('float32', shape);
    for (let i = 0; i < data.length; i += 1) {
      const scale = scales[Math.floor(i / run) % count]!;
      output.data[i] = Math.fround(Math.fround(data[i]! - zeroPoint) * scale);
    }
    return output;
  };
};

export const dynamicQuantize: BindKernel<DynamicQuantize> = ({ result }, _operands, { shape }) => {
  return (tensors) => {
    const x = floats(tensors[0]);
    const grid = dynamicGrid(x);
    const output = zeros('float32', shape);
    if (result === 'codes') for (let i = 0; i < x.length; i += 1) output.data[i] = codeOf(x[i]!, grid);
    else output.data[0] = grid[result];
    return output;
  };
};

/** How many scales there are, and how many elements in a row share one. */
function runsOf({ scales, axis }: Quantization, shape: readonly number[]) {
  return { count: scales.length, run: axis === null ? 1 : elementCount(shape.slice(axis + 1)) };
}
