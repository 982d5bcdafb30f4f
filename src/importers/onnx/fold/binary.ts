import type { Shape } from '../../../tensor/shape.js';
import type { ElementType } from '../../../formats/elements.js';
import { computeArray, isFloatType, type Elements } from '../../arrays.js';
import { expand } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { ConstantOperand, Operand } from '../operand.js';

type Arithmetic = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Pow' | 'Min' | 'Max' | 'Mod';
type Comparison = 'Equal' | 'Less' | 'Greater' | 'LessOrEqual' | 'GreaterOrEqual';

/** Operators on two constants. */
export type BinaryName = Arithmetic | Comparison;

/** On floats; float32 results are rounded once, when they are stored. */
const onFloats: { readonly [Name in Arithmetic]: (a: number, b: number) => number } = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: Math.min,
  Max: Math.max,
  Mod: (a, b) => a % b,
};

/** On integers of any width, exactly; the result is reduced to the width as C does. Division truncates. */
const onIntegers: { readonly [Name in Arithmetic]: (a: bigint, b: bigint) => bigint } = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: (a, b) => (a < b ? a : b),
  Max: (a, b) => (a > b ? a : b),
  Mod: (a, b) => ((a % b) + b) % b,
};

const comparisons: { readonly [Name in Comparison]: (a: number | bigint, b: number | bigint) => boolean } = {
  Equal: (a, b) => a === b,
  Less: (a, b) => a < b,
  Greater: (a, b) => a > b,
  LessOrEqual: (a, b) => a <= b,
  GreaterOrEqual: (a, b) => a >= b,
};

/** The result of an operator on two constants that broadcast to `shape`. */
export function foldBinary(
  node: NodeImport,
  name: BinaryName,
  a: ConstantOperand,
  b: ConstantOperand,
  shape: Shape,
): Operand {
  const type = a.array.type;
  if (b.array.type !== type && name !== 'Pow') {
    throw node.refuse({ found: `operands of types ${type} and ${b.array.type}`, expected: 'one type' });
  }
  const left: Elements = expand(node, a, shape).array.data;
  const right: Elements = expand(node, b, shape).array.data;
  if (isComparison(name)) {
    const compare = comparisons[name];
    return node.fold(a.name, shape, () =>
      computeArray('bool', shape, (index) => (compare(left[index]!, right[index]!) ? 1 : 0)),
    );
  }
  const element = isFloatType(type)
    ? (index: number) => onFloats[name](Number(left[index]), Number(right[index]))
    : integerElement(node, name, left, right, type);
  return node.fold(a.name, shape, () => computeArray(type, shape, element));
}

const isComparison = (name: BinaryName): name is Comparison => name in comparisons;

function integerElement(
  node: NodeImport,
  name: Arithmetic,
  left: Elements,
  right: Elements,
  type: ElementType,
): (index: number) => bigint {
  const floorsLikePython = name === 'Mod' && !node.attributes.flag('fmod', false);
  return (index) => {
    const [a, b] = [exactInteger(node, left[index]!, type), exactInteger(node, right[index]!, type)];
    if ((name === 'Div' || name === 'Mod') && b === 0n) {
      throw node.refuse({ found: 'an integer divided by zero', expected: 'a divisor other than 0' });
    }
    if (name === 'Pow' && (b < 0n || b > 64n)) {
      throw node.refuse({ found: `exponent ${b} of an integer`, expected: 'an exponent from 0 to 64' });
    }
    return name === 'Mod' && !floorsLikePython ? a % b : onIntegers[name](a, b);
  };
}

function exactInteger(node: NodeImport, value: number | bigint, type: ElementType): bigint {
  if (typeof value === 'bigint' || Number.isInteger(value)) return BigInt(value);
  throw node.refuse({ found: `${value} beside elements of type ${type}`, expected: 'an integer' });
}
