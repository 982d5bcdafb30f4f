import { dequantizeLinear, quantizeLinear } from '../../arith/onnxruntime/quantize-linear.js';
import type { AffineGrid } from '../../arith/affine.js';
import { assert } from '../../core/errors.js';
import type { FloatNode } from '../../ir/operators.js';
import type { ValueId } from '../../ir/graph.js';
import { gridOf, sameGrid, type Conversion } from './conversion.js';
import { emitRequantized, typeOnGrid } from './requantized.js';
import type { IntOperator, StackOperators } from './stack-operators.js';
import type { Unit } from './unit.js';

/** Operators that copy or choose elements, so that codes may be copied instead of the real numbers they stand for. */
export function copiesElements({ op }: FloatNode): boolean {
  switch (op) {
    case 'reshape':
    case 'transpose':
    case 'slice':
    case 'gather':
    case 'concat':
    case 'pad':
    case 'maxPool':
    case 'argMax':
      return true;
    default:
      return false;
  }
}

/** The operator on codes, parameters as they are. */
export function copyOf(node: FloatNode): IntOperator {
  assert(copiesElements(node), 'only operators that copy elements work on codes as they are', {
    node: node.name,
    op: node.op,
  });
  const { name: _name, inputs: _inputs, output: _output, ...operator } = node;
  return operator as IntOperator;
}

/**
 * Makes an operator that copies elements work on the codes behind its real operands. Operands on different grids are first brought
 * onto the grid of the quantized result; false where they are not quantized, or what a pad writes has no code.
 */
export function movedCodes(
  conversion: Conversion,
  operators: StackOperators,
  node: FloatNode,
  unit: Unit | null,
): boolean {
  if (!copiesElements(node)) return false;
  const operands: { id: ValueId; grid: AffineGrid }[] = [];
  for (const id of node.inputs) {
    const real = conversion.real(id);
    const grid = real.kind === 'codes' ? gridOf(real.type) : null;
    if (grid === null) return false;
    operands.push({ id: real.id, grid });
  }
  const [first] = operands;
  if (first === undefined) return false;
  const isShared = operands.every(({ grid }) => sameGrid(grid, first.grid));
  if (!isShared && (unit === null || unit.range !== null)) return false;
  const grid = isShared ? first.grid : unit!.grid;
  const operator = copyOf(node);
  if (operator.op === 'pad' && operator.mode === 'constant') {
    const code = quantizeLinear(operator.value, grid);
    if (dequantizeLinear(code, grid) !== Math.fround(operator.value)) return false;
    emitMoved(conversion, { ...operator, value: code }, node, operands, grid);
    return true;
  }
  if (!isShared && node.inputs.some((id) => conversion.operand(id) === null)) return false;
  const inputs = operands.map((operand, index): { readonly id: ValueId } => {
    if (sameGrid(operand.grid, grid)) return operand;
    const [name, output] = [`${node.name}.operand${index}`, `${node.output}.operand${index}`];
    const id = emitRequantized(conversion, operators.concatenate, name, operand, grid, output);
    assert(id !== null, 'a concatenation puts codes of at most 16 bits on its grid', { node: node.name });
    return { id };
  });
  emitMoved(conversion, operator, node, inputs, grid);
  return true;
}

function emitMoved(
  conversion: Conversion,
  operator: IntOperator,
  { name, output, op }: FloatNode,
  operands: readonly { readonly id: ValueId }[],
  grid: AffineGrid,
): void {
  const inputs = operands.map(({ id }) => id);
  if (op === 'argMax') {
    conversion.setCodes(
      output,
      conversion.emit(operator, name, inputs, output, conversion.sourceType(output)),
    );
    return;
  }
  const type = typeOnGrid(grid);
  conversion.setReal(output, {
    kind: 'codes',
    id: conversion.emit(operator, name, inputs, output, type),
    type,
  });
}
