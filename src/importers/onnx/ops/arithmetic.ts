import { broadcastShapes, shapeText } from '../../../tensor/shape.js';
import type { FloatBinary, UnaryFunction } from '../../../ir/ops/elementwise.js';
import { foldBinary, type BinaryName } from '../fold/binary.js';
import { reshape } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';
import type { ImportOperator } from './operator.js';
import { scalarOf } from './parameters.js';

/** Our operators for ONNX's arithmetic on values of run time. */
const binaryOps: { readonly [Name in BinaryName]?: FloatBinary['op'] } = {
  Add: 'add',
  Sub: 'sub',
  Mul: 'mul',
  Div: 'div',
  Pow: 'pow',
};

/** Add-7, Sub-7, Mul-7, Div-7, Pow-7 and later: NumPy broadcasting. Further names work on constants only. */
export function binary(name: BinaryName): ImportOperator {
  return (node) => [combine(node, name, node.input(0), node.input(1))];
}

/** Every operand of a sum becomes a node: a model that needs more of them is none. */
const MOST_OPERANDS = 4096;

/** Sum-6, -8: any number of operands, NumPy broadcasting. */
export const sum: ImportOperator = (node) => {
  if (node.inputCount > MOST_OPERANDS) {
    throw node.refuse({ found: `${node.inputCount} operands`, expected: `at most ${MOST_OPERANDS}` });
  }
  const operands = Array.from({ length: node.inputCount }, (_, index) => node.input(index));
  return [operands.slice(1).reduce((total, operand) => addOperands(node, total, operand), node.input(0))];
};

export function addOperands(node: NodeImport, a: Operand, b: Operand): Operand {
  return combine(node, 'Add', a, b);
}

function combine(node: NodeImport, name: BinaryName, a: Operand, b: Operand): Operand {
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape === null) {
    throw node.refuse({
      found: `operands of shapes ${shapeText(a.shape)} and ${shapeText(b.shape)}`,
      expected: 'shapes that broadcast together',
    });
  }
  if (a.kind === 'constant' && b.kind === 'constant') return foldBinary(node, name, a, b, shape);
  const op = binaryOps[name];
  if (op === undefined) {
    throw node.refuse({ found: `${name} of values computed at run time`, expected: 'constants' });
  }
  const functions = withScalar(name, plainScalar(a), plainScalar(b));
  if (functions === null) return node.emit({ op, activation: null }, [a, b]);
  const x = reshape(node, a.kind === 'runTime' ? a : b, shape, { suffix: 'broadcast' });
  return functions.reduce<Operand>((y, fn) => node.emit({ op: 'unary', function: fn }, [y]), x);
}

/** A constant number; null for one that is dequantized, which stays an operand with its codes. */
function plainScalar(x: Operand): number | null {
  return x.kind === 'constant' && x.codes !== null ? null : scalarOf(x);
}

/** The functions of one number that an operation with a constant number is, in order; null where it is none. */
function withScalar(
  name: BinaryName,
  left: number | null,
  right: number | null,
): readonly UnaryFunction[] | null {
  const scalar = left ?? right;
  if (scalar === null || !Number.isFinite(scalar)) return null;
  switch (name) {
    case 'Add':
      return [affine(1, scalar)];
    case 'Sub':
      return [left === null ? affine(1, -scalar) : affine(-1, scalar)];
    case 'Mul':
      return [affine(scalar, 0)];
    case 'Div':
      if (left !== null) return [{ kind: 'reciprocal' }, ...(left === 1 ? [] : [affine(left, 0)])];
      return scalar === 0 ? null : [affine(1 / scalar, 0)];
    case 'Pow':
      return right === null ? null : powerOf(right);
    default:
      return null;
  }
}

const affine = (scale: number, offset: number): UnaryFunction => ({ kind: 'affine', scale, offset });

function powerOf(exponent: number): readonly UnaryFunction[] {
  if (exponent === 1) return [];
  return [exponent === 0.5 ? { kind: 'sqrt' } : { kind: 'power', exponent }];
}
