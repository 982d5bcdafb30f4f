import type { IntAveragePool, MaxPool } from '../../../ir/ops/pooling.js';
import { int, type OnnxAssembly } from '../assembly.js';
import { inexpressible, requireSameGrid, requireZeroPoint } from '../grid.js';
import { NCHW } from '../order.js';
import type { QdqValues } from '../values.js';
import { windowAttributes } from './convolution.js';

/** MaxPool and AveragePool; input and output are on one grid. */
export function emitPool(values: QdqValues, assembly: OnnxAssembly, node: MaxPool | IntAveragePool): void {
  const x = node.inputs[0]!;
  const grid = values.grid(x);
  requireSameGrid(node, grid, values.grid(node.output));
  // ONNX Runtime refuses such a window (`core/providers/cpu/nn/pool_attributes.h`: "Pad should be smaller than kernel").
  if (
    Math.max(node.padTop, node.padBottom) >= node.kernelHeight ||
    Math.max(node.padLeft, node.padRight) >= node.kernelWidth
  ) {
    throw inexpressible(node, 'padding as wide as the kernel', 'less, which ONNX Runtime insists on');
  }
  const real = values.real(x, NCHW);
  if (node.op === 'maxPool') {
    values.quantize(node.output, assembly.node('MaxPool', node.name, [real], windowAttributes(node)), NCHW);
    return;
  }
  // ONNX Runtime 1.30 fuses such a pool into a QLinearAveragePool, which it then cannot make: "Unrecognized attribute: dilations".
  if (node.dilationHeight !== 1 || node.dilationWidth !== 1) {
    throw inexpressible(node, 'a dilated window', 'none, which ONNX Runtime cannot average over');
  }
  if (node.countIncludePad) requireZeroPoint(node, node.inputZeroPoint, grid);
  const attributes = { ...windowAttributes(node), count_include_pad: int(node.countIncludePad ? 1 : 0) };
  const y = assembly.node('AveragePool', node.name, [real], attributes);
  values.quantize(node.output, y, NCHW, node.clamp);
}
