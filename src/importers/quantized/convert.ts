import { assert, UserError } from '../../core/errors.js';
import type { FloatGraph, IntGraph, Port, ValueId } from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { soleReader, withoutDeadNodes } from '../../ir/use.js';
import { integerGraphProblems } from '../../ir/verify-integer.js';
import { Conversion, gridOf, sameGrid, type IntType } from './conversion.js';
import { copyOf, movedCodes } from './moved-codes.js';
import { convertUnit } from './units.js';
import { onnxRuntimeOperators } from './onnxruntime-operators.js';
import { semanticsText, type Semantics, type StackName } from './semantics.js';
import type { StackOperators } from './stack-operators.js';
import { emitRequantized } from './requantized.js';
import { tfliteMicroOperators, tfliteReferenceOperators } from './tflite-operators.js';
import { unitOf } from './unit.js';
import { withRequantizer } from './with-requantizer.js';
import { xnnpackOperators } from './xnnpack-operators.js';

const STACK_OPERATORS: Readonly<Record<StackName, StackOperators>> = {
  'tflite-reference': tfliteReferenceOperators,
  'tflite-xnnpack': xnnpackOperators,
  'tflite-micro': tfliteMicroOperators,
  onnxruntime: onnxRuntimeOperators,
};

/** Whether a graph holds codes: then it is an already quantized model. */
export function holdsCodes(graph: FloatGraph): boolean {
  const isCodes = ({ value }: Port): boolean => graph.values.get(value)!.type.kind === 'int';
  return (
    graph.nodes.some(({ op }) => op === 'quantizeLinear' || op === 'dynamicQuantize') ||
    graph.inputs.some(isCodes)
  );
}

/**
 * The integer graph of a quantized model: dequantize, operate, quantize becomes one integer operator, with the arithmetic of
 * the stack that `semantics` names. What only moves codes stays as it is. What the stack leaves in float32, or has no integer form
 * of, becomes a `float` node for the host.
 *
 * @throws UserError where the model's sums leave int32, or a bias does
 */
export function integerGraphOf(graph: FloatGraph, semantics: Semantics): IntGraph {
  const conversion = new Conversion(graph);
  const stack = STACK_OPERATORS[semantics.stack];
  const operators = semantics.requantizer === null ? stack : withRequantizer(stack, semantics.requantizer);
  const inputs = graph.inputs.map((port) => inputPort(conversion, port));
  for (const node of graph.nodes) if (!conversion.isDone(node)) convertNode(conversion, operators, node);
  const outputs = graph.outputs.map((port) => outputPort(conversion, port));
  const metadata = { ...graph.metadata, semantics: semanticsText(semantics) };
  const integer = withoutDeadNodes(conversion.finish(metadata, { inputs, outputs }));
  const [problem] = integerGraphProblems(integer);
  if (problem !== undefined) throw new UserError({ place: 'integer graph', found: problem });
  return integer;
}

/** A real input that is only quantized, ties to even, is its codes: the edge of the graph rounds as that does. */
function inputPort(conversion: Conversion, port: Port): Port {
  const { shape, type } = conversion.source.values.get(port.value)!;
  const reader = soleReader(conversion.uses, port.value);
  if (type.kind === 'int') {
    conversion.setCodes(port.value, conversion.builder.addInput(port.value, shape, type));
    return port;
  }
  if (reader?.op === 'quantizeLinear' && reader.rounding === 'halfEven') {
    const codes = conversion.builder.addInput(reader.output, shape, conversion.sourceType(reader.output));
    conversion.setCodes(reader.output, codes);
    conversion.markDone(reader);
    return { ...port, value: codes };
  }
  conversion.setReal(port.value, { kind: 'real', id: conversion.builder.addInput(port.value, shape) });
  return port;
}

function outputPort(conversion: Conversion, port: Port): Port {
  if (conversion.isCodes(port.value)) return { ...port, value: conversion.codes(port.value) };
  const real = conversion.real(port.value);
  const isEdge = real.kind === 'real' || gridOf(real.type) !== null;
  return { ...port, value: isEdge ? real.id : conversion.hostReal(port.value) };
}

function convertNode(conversion: Conversion, operators: StackOperators, node: FloatNode): void {
  switch (node.op) {
    case 'dequantizeLinear': {
      const type = conversion.sourceType(node.inputs[0]!);
      assert(type.kind === 'int', 'codes are dequantized', { node: node.name });
      return conversion.setReal(node.output, { kind: 'codes', id: conversion.codes(node.inputs[0]!), type });
    }
    case 'quantizeLinear':
      return convertQuantize(conversion, operators, node);
    default:
  }
  if (node.inputs.length > 0 && node.inputs.every((id) => conversion.isCodes(id))) {
    const inputs = node.inputs.map((id) => conversion.codes(id));
    const type = conversion.sourceType(node.output);
    const made = conversion.emit(copyOf(node), node.name, inputs, node.output, type);
    return conversion.setCodes(node.output, made);
  }
  const unit = unitOf(conversion, node);
  if (movedCodes(conversion, operators, node, unit)) return;
  if (unit !== null && convertUnit(conversion, operators, node, unit)) {
    for (const replaced of unit.nodes) conversion.markDone(replaced);
    return;
  }
  convertHost(conversion, node);
}

/** Codes come onto another grid; real numbers are quantized by the host. */
function convertQuantize(
  conversion: Conversion,
  operators: StackOperators,
  node: Extract<FloatNode, { op: 'quantizeLinear' }>,
): void {
  const type = conversion.sourceType(node.output) as IntType;
  const x = conversion.real(node.inputs[0]!);
  const [from, to] = [x.kind === 'codes' ? gridOf(x.type) : null, gridOf(type)];
  const { name, inputs, output } = node;
  if (from !== null && to !== null) {
    if (sameGrid(from, to)) return conversion.setCodes(output, x.id);
    const codes = { id: x.id, grid: from };
    const requantized = emitRequantized(conversion, operators.requantize, name, codes, to, output);
    if (requantized !== null) return conversion.setCodes(output, requantized);
  }
  const operator = { op: 'quantizeLinear', rounding: operators.quantize } as const;
  const made = conversion.host(operator, name, [conversion.hostReal(inputs[0]!)], output, type);
  return conversion.setCodes(output, made);
}

/** The operator as it is, in float32. */
function convertHost(conversion: Conversion, node: FloatNode): void {
  const { name, inputs, output, ...operator } = node;
  const operands: ValueId[] = inputs.map((id) => conversion.hostReal(id));
  const type = conversion.sourceType(output);
  const made = conversion.host(operator, name, operands, output, type);
  if (type.kind === 'int') conversion.setCodes(output, made);
  else conversion.setReal(output, { kind: 'real', id: made });
}
