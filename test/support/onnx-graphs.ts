import { Attributes } from './onnx-attributes.js';
import { formatOf, type CaseNode, type CaseTensor, type OnnxCase } from './onnx-cases.js';
import { onnxOperators, type OrtBuild } from './onnx-operators.js';

/** Every value of a case's graph, by name. */
export function runCase(
  { initializers, inputs }: OnnxCase,
  nodes: readonly CaseNode[],
  build: OrtBuild,
): ReadonlyMap<string, CaseTensor> {
  const values = new Map<string, CaseTensor>(
    [...initializers, ...inputs].map((tensor) => [tensor.name, tensor]),
  );
  for (const node of nodes) {
    const operator = onnxOperators[node.op];
    if (operator === undefined) throw new Error(`no rule for operator ${node.op}`);
    const attributes = new Attributes(node);
    const results = operator(
      node.inputs.map((name) => values.get(name)),
      attributes,
      build,
    );
    const unread = attributes.unread();
    if (unread.length > 0) throw new Error(`${node.op}: no meaning known for ${unread.join(', ')}`);
    node.outputs.forEach((name, index) => values.set(name, results[index]!));
  }
  return values;
}

/** The integer operator ONNX Runtime's optimizer puts in place of a float one between dequantizers and a quantizer. */
const fusions: Readonly<Record<string, { readonly op: string; readonly signed: boolean }>> = {
  Add: { op: 'QLinearAdd', signed: true },
  Conv: { op: 'QLinearConv', signed: false },
};

/**
 * The nodes `DequantizeLinear… → operator → QuantizeLinear` after the optimizer: one integer node. Of int8 activations, x86-64
 * builds leave a Conv as it is (`QDQIsInt8Allowed`, `core/optimizer/qdq_transformer/selectors_actions` of microsoft/onnxruntime).
 */
export function fused({ nodes, inputs: activations }: OnnxCase): readonly CaseNode[] {
  const between = nodes.filter(({ op }) => op !== 'DequantizeLinear' && op !== 'QuantizeLinear');
  const [float, quantizer] = [between[0], nodes.at(-1)!];
  const fusion = float === undefined || between.length > 1 ? undefined : fusions[float.op];
  if (fusion === undefined || quantizer.op !== 'QuantizeLinear') {
    throw new Error(`no fusion known for ${nodes.map(({ op }) => op).join(', ')}`);
  }
  if (!fusion.signed && activations.some((tensor) => formatOf(tensor).signed)) return nodes;
  const sources = float!.inputs.map((name) => nodes.find(({ outputs }) => outputs.includes(name))!.inputs);
  const [left, right, bias] = sources as [readonly string[], readonly string[], (readonly string[])?];
  const inputs = [...left, ...right, ...quantizer.inputs.slice(1), ...(bias?.slice(0, 1) ?? [])];
  return [{ ...float!, op: fusion.op, inputs, outputs: quantizer.outputs }];
}
