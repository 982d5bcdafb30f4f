import type { FloatAveragePool, IntAveragePool, MaxPool } from '../../../ir/ops/pooling.js';
import type { StackAveragePool } from '../../../ir/ops/stack.js';
import type { Window2d } from '../../../tensor/window.js';
import { int, type OnnxAssembly } from '../assembly.js';
import { inexpressible, requireZeroPoint } from '../grid.js';
import { NCHW } from '../order.js';
import { requireSharedGrid, type QdqValues } from '../values.js';
import { windowAttributes } from './convolution.js';

/** MaxPool and AveragePool of codes; input and output are on one grid. */
export function emitPool(values: QdqValues, assembly: OnnxAssembly, node: MaxPool | IntAveragePool): void {
  const x = node.inputs[0]!;
  requireSharedGrid(values, node);
  if (node.op === 'maxPool') return emitMaxPool(values, assembly, node);
  if (node.countIncludePad) requireZeroPoint(node, node.inputZeroPoint, values.grid(x));
  values.quantize(node.output, averagePool(values, assembly, node), NCHW, node.clamp);
}

/** Also of real numbers. */
export function emitMaxPool(values: QdqValues, assembly: OnnxAssembly, node: MaxPool): void {
  requireNarrowPads(node);
  const real = values.real(node.inputs[0]!, NCHW);
  values.result(node.output, assembly.node('MaxPool', node.name, [real], windowAttributes(node)), NCHW);
}

/** Real averages, in NCHW, of whatever is averaged. */
export function averagePool(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: IntAveragePool | FloatAveragePool | StackAveragePool,
): string {
  requireNarrowPads(node);
  // ONNX Runtime 1.30 fuses such a pool into a QLinearAveragePool, which it then cannot make: "Unrecognized attribute: dilations".
  if (node.dilationHeight !== 1 || node.dilationWidth !== 1) {
    throw inexpressible(node, 'a dilated window', 'none, which ONNX Runtime cannot average over');
  }
  const attributes = { ...windowAttributes(node), count_include_pad: int(node.countIncludePad ? 1 : 0) };
  return assembly.node('AveragePool', node.name, [values.real(node.inputs[0]!, NCHW)], attributes);
}

/** ONNX Runtime refuses wider pads (`core/providers/cpu/nn/pool_attributes.h`: "Pad should be smaller than kernel"). */
function requireNarrowPads(node: Window2d & { readonly name: string; readonly op: string }): void {
  if (
    Math.max(node.padTop, node.padBottom) < node.kernelHeight &&
    Math.max(node.padLeft, node.padRight) < node.kernelWidth
  )
    return;
  throw inexpressible(node, 'padding as wide as the kernel', 'less, which ONNX Runtime insists on');
}
