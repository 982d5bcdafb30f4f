import { Attributes } from './onnx-attributes.js';
import type { CaseNode, CaseTensor, OnnxCase } from './onnx-cases.js';
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
const fusions: Readonly<Record<string, string>> = { Add: 'QLinearAdd', Conv: 'QLinearConv' };

/** `DequantizeLinear… → operator → QuantizeLinear` as the one integer node the optimizer makes of it. */
export function fused(nodes: readonly CaseNode[]): readonly CaseNode[] {
  const between = nodes.filter(({ op }) => op !== 'DequantizeLinear' && op !== 'QuantizeLinear');
  const [float, quantizer] = [between[0], nodes.at(-1)!];
  const op = float === undefined || between.length > 1 ? undefined : fusions[float.op];
  if (op === undefined || quantizer.op !== 'QuantizeLinear') {
    throw new Error(`no fusion known for ${nodes.map((node) => node.op).join(', ')}`);
  }
  const sources = float!.inputs.map((name) => nodes.find(({ outputs }) => outputs.includes(name))!.inputs);
  const [left, right, bias] = sources as [readonly string[], readonly string[], (readonly string[])?];
  const inputs = [...left, ...right, ...quantizer.inputs.slice(1), ...(bias?.slice(0, 1) ?? [])];
  return [{ ...float!, op, inputs, outputs: quantizer.outputs }];
}
