import { isAbsent } from '../core/absent.js';
import { assert } from '../core/errors.js';
import { firstOutside, storageType } from '../tensor/tensor.js';
import { sameShape, shapeText } from '../tensor/shape.js';
import type { Graph, Value, ValueId } from './graph.js';
import { rulesOf } from './operators.js';

/**
 * Every broken promise of a graph, as sentences; empty where it is well formed. Runs after import and after every pass.
 *
 * Checked: ids are unique and defined before use, constants match their values (type, shape, range), operands fit each
 * operator, every value has the shape its operator gives, inputs and outputs exist.
 */
export function graphProblems(graph: Graph): readonly string[] {
  const problems: string[] = [];
  const defined = new Set<ValueId>(graph.constants.keys());
  const nodeNames = new Set<string>();

  for (const [id, value] of graph.values) {
    if (id !== value.id) problems.push(`value '${id}' calls itself '${value.id}'`);
  }
  for (const [id, constant] of graph.constants) {
    const value = graph.values.get(id);
    if (value === undefined) problems.push(`constant '${id}' has no value`);
    else problems.push(...constantProblems(value, constant));
  }
  for (const port of graph.inputs) {
    if (defined.has(port.value)) problems.push(`input '${port.name}': '${port.value}' is already defined`);
    if (!graph.values.has(port.value)) problems.push(`input '${port.name}': no value '${port.value}'`);
    defined.add(port.value);
  }
  for (const node of graph.nodes) {
    const place = `node '${node.name}' (${node.op})`;
    if (nodeNames.has(node.name)) problems.push(`${place}: a second node of this name`);
    nodeNames.add(node.name);
    const missing = node.inputs.filter((id) => !defined.has(id));
    if (missing.length > 0) problems.push(`${place}: reads '${missing.join("', '")}' before it is defined`);
    if (defined.has(node.output)) problems.push(`${place}: '${node.output}' is defined twice`);
    defined.add(node.output);

    const operands = node.inputs.map((id) => graph.values.get(id));
    const result = graph.values.get(node.output);
    if (result === undefined || operands.some((operand) => operand === undefined)) {
      problems.push(`${place}: an operand or the result has no value`);
      continue;
    }
    const rules = rulesOf(node);
    const shapes = operands.map((operand) => operand!.shape);
    const [fewest, most] = rules.arity;
    if (shapes.length < fewest || shapes.length > most) {
      problems.push(`${place}: ${shapes.length} operands, expected ${fewest} to ${most}`);
      continue;
    }
    const misfits = rules.problems(node, shapes);
    problems.push(...misfits.map((misfit) => `${place}: ${misfit}`));
    if (misfits.length > 0) continue;
    const shape = rules.shape(node, shapes);
    if (!sameShape(shape, result.shape)) {
      problems.push(`${place}: gives ${shapeText(shape)}, its value says ${shapeText(result.shape)}`);
    }
  }
  for (const port of graph.outputs) {
    if (!defined.has(port.value)) problems.push(`output '${port.name}': '${port.value}' is never defined`);
  }
  return problems;
}

function constantProblems(
  value: Value,
  constant: { type: string; shape: readonly number[]; data: ArrayLike<number> & ArrayBufferView },
) {
  const problems: string[] = [];
  const expected = value.type.kind === 'float32' ? 'float32' : storageType(value.type.format);
  if (constant.type !== expected)
    problems.push(`constant '${value.id}' is ${constant.type}, its value ${expected}`);
  if (!sameShape(constant.shape, value.shape)) {
    problems.push(
      `constant '${value.id}' is ${shapeText(constant.shape)}, its value ${shapeText(value.shape)}`,
    );
  }
  if (value.type.kind === 'int') {
    const outside = isAbsent(constant.data) ? -1 : firstOutside(constant.data, value.type.format);
    if (outside >= 0)
      problems.push(`constant '${value.id}'[${outside}] = ${constant.data[outside]} leaves its format`);
  }
  return problems;
}

/** Returns the graph, or fails naming who made it: our own passes may not break a graph. */
export function verified<G extends Graph>(graph: G, madeBy: string): G {
  const problems = graphProblems(graph);
  assert(problems.length === 0, `${madeBy} made a malformed graph`, { problems: problems.slice(0, 5) });
  return graph;
}
