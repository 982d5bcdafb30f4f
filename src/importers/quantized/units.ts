import type { FloatNode } from '../../ir/operators.js';
import { elementCount } from '../../tensor/shape.js';
import { placeOf, type Conversion, type Operand } from './conversion.js';
import { convertLinear, convertMatMul } from './products.js';
import { fusionOf } from './qdq-fusion.js';
import { emitTable } from './requantized.js';
import type { IntOperator, StackOperators } from './stack-operators.js';
import type { Unit } from './unit.js';

/** Makes one integer operator of an operator and the quantization of its result; false where the stack has none. */
export function convertUnit(
  conversion: Conversion,
  operators: StackOperators,
  node: FloatNode,
  unit: Unit,
): boolean {
  switch (node.op) {
    case 'conv2d':
    case 'convTranspose2d':
    case 'fullyConnected':
      return convertLinear(conversion, operators, node, unit);
    case 'matMul':
      return convertMatMul(conversion, operators, node, unit);
    default:
  }
  const known = node.inputs.flatMap((id) => conversion.operand(id) ?? []);
  if (known.length < node.inputs.length) return false;
  if (node.op === 'unary') {
    const table = operators.table(node.function, known[0]!.grid, unit.grid);
    if (table === null) return false;
    const made = emitTable(conversion, node.name, known[0]!.id, table, unit.grid, unit.codes);
    conversion.setCodes(unit.codes, made);
    return true;
  }
  const operator = integerOperator(conversion, operators, node, known, unit);
  if (operator === null) return false;
  const inputs = known.map(({ id }) => id);
  conversion.setCodes(unit.codes, conversion.emit(operator, node.name, inputs, unit.codes, unit.type));
  return true;
}

/** The integer form of an operator whose operands are all codes. */
function integerOperator(
  conversion: Conversion,
  operators: StackOperators,
  node: FloatNode,
  operands: readonly Operand[],
  unit: Unit,
): IntOperator | null {
  const { grid: output, range } = unit;
  const result = { place: placeOf(node), output, range, fusion: fusionOf(conversion, node, unit) };
  const input = operands[0]!.grid;
  const binary = { ...result, inputs: [input, operands[1]?.grid ?? input] } as const;
  const shape = conversion.source.values.get(node.inputs[0]!)!.shape;
  switch (node.op) {
    case 'add':
    case 'sub':
      return operators.sum(node.op, binary);
    case 'mul':
      return operators.multiply(binary);
    case 'div':
      return operators.divide(binary);
    case 'prelu':
      return operators.prelu(binary);
    case 'averagePool':
      return operators.averagePool(node, { ...result, input, shape });
    case 'mean': {
      const count = elementCount(node.axes.map((axis) => shape[axis]!));
      return operators.mean(node, { ...result, input, shape, count });
    }
    case 'softmax':
      return range === null ? operators.softmax({ input, output, beta: node.beta ?? 1 }) : null;
    case 'logSoftmax':
      return range === null ? operators.logSoftmax({ input, output, beta: node.beta ?? 1 }) : null;
    case 'resize':
      return range === null
        ? operators.resize(node, { input, output, inputHeight: shape[1]!, inputWidth: shape[2]! })
        : null;
    default:
      return null;
  }
}
