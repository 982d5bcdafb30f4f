import { dequantizeLinear } from '../../arith/onnxruntime/quantize-linear.js';
import type { FloatGraph, ValueId } from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { rewriteFloatGraph } from '../../ir/pass.js';
import { elementCount } from '../../tensor/shape.js';
import { tensor, type Tensor } from '../../tensor/tensor.js';

/** A float graph whose weights are stored as codes, with the real numbers in their place: a hybrid model. */
export function withDequantizedConstants(graph: FloatGraph): FloatGraph {
  const constants = new Map<ValueId, Tensor>();
  const replaced = new Map<FloatNode, readonly FloatNode[]>();
  const reals = new Map<ValueId, ValueId>();
  for (const node of graph.nodes) {
    const codes = graph.constants.get(node.inputs[0]!);
    if (node.op !== 'dequantizeLinear' || codes === undefined) continue;
    const real = `${node.output}.constant`;
    constants.set(real, dequantized(graph, node.inputs[0]!, codes));
    reals.set(node.output, real);
    replaced.set(node, []);
  }
  for (const node of graph.nodes) {
    if (replaced.has(node) || !node.inputs.some((id) => reals.has(id))) continue;
    replaced.set(node, [{ ...node, inputs: node.inputs.map((id) => reals.get(id) ?? id) }]);
  }
  const outputs = graph.outputs.map((port) => ({ ...port, value: reals.get(port.value) ?? port.value }));
  return rewriteFloatGraph({ ...graph, outputs }, { replacements: replaced, constants });
}

/** The real numbers that constant codes stand for. */
export function dequantized(graph: FloatGraph, id: ValueId, { shape, data }: Tensor): Tensor {
  const { type } = graph.values.get(id)!;
  const grid = type.kind === 'int' ? type.quantization : null;
  const { scales, zeroPoint, axis } = grid ?? { scales: [1], zeroPoint: 0, axis: null };
  const run = axis === null ? 1 : elementCount(shape.slice(axis + 1));
  return tensor(
    'float32',
    shape,
    Float32Array.from(data, (code, i) =>
      dequantizeLinear(code, { scale: scales[Math.floor(i / run) % scales.length]!, zeroPoint }),
    ),
  );
}
