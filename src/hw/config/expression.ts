import type { ConstantNode, MathNode, OperatorNode, ParenthesisNode, SymbolNode } from 'mathjs';
import { fromDecimal, rational } from './rational.js';
import { isUnit, type Measure, over, plus, pureNumber, times, unitNamed } from './units.js';

/** The value of a text, or what is wrong with it. */
export type Evaluated = Measure | { readonly problem: string };

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)|([A-Za-zµ]+)|([-+*/()]))/y;
const LONGEST = 100;

/**
 * The exact value of a text such as `128 KiB`, `8 GB/s` or `2 * 64 KiB`.
 *
 * `number unit` and `number unit/unit` are read here. Anything longer is parsed by mathjs, imported only then because that
 * takes a second; its tree is evaluated here, in fractions, with our units. Texts with anything but numbers, our units
 * and + - * / ( ) are refused before mathjs sees them.
 */
export async function evaluate(text: string): Promise<Evaluated> {
  if (text.trim() === '') return { problem: 'empty' };
  if (text.length > LONGEST) return { problem: `longer than ${LONGEST} characters` };
  const simple = /^\s*([\d.eE+-]*\d)\s*([A-Za-zµ]+)(?:\s*\/\s*([A-Za-zµ]+))?\s*$/.exec(text);
  const amount = simple === null ? null : fromDecimal(simple[1]!);
  if (simple !== null && amount !== null) {
    const unit = symbol(simple[2]!);
    const perUnit = simple[3] === undefined ? pureNumber(rational(1n)) : symbol(simple[3]);
    return combine([pureNumber(amount), unit, perUnit], ([a, b, c]) => over(times(a!, b!), c!)!);
  }
  const refusal = refuse(text);
  if (refusal !== null) return { problem: refusal };
  const { parse } = await import('mathjs');
  try {
    return fold(parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: `not an expression: ${error.message}` };
    throw error;
  }
}

/** Why a text is no expression of ours, or null. */
function refuse(text: string): string | null {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const start = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    if (token === null) return `unexpected '${text.slice(start).trim()[0]}'`;
    if (token[2] !== undefined && !isUnit(token[2])) return `unknown unit '${token[2]}'`;
  }
  return null;
}

function fold(node: MathNode): Evaluated {
  switch (node.type) {
    case 'ConstantNode':
      return constant(String((node as ConstantNode).value));
    case 'SymbolNode':
      return symbol((node as SymbolNode).name);
    case 'ParenthesisNode':
      return fold((node as ParenthesisNode).content);
    case 'OperatorNode': {
      const { fn, args } = node as OperatorNode;
      return combine(args.map(fold), (values) => apply(fn, values));
    }
    default:
      return { problem: 'more than numbers, units and + - * / ( )' };
  }
}

function apply(operation: string, [a, b]: readonly Measure[]): Measure | null {
  const minusOne = pureNumber(rational(-1n));
  switch (operation) {
    case 'multiply':
      return times(a!, b!);
    case 'divide':
      return over(a!, b!);
    case 'add':
      return plus(a!, b!);
    case 'subtract':
      return plus(a!, times(minusOne, b!));
    case 'unaryMinus':
      return times(minusOne, a!);
    case 'unaryPlus':
      return a!;
    default:
      return null;
  }
}

/** The operation on the values, or the first problem among them. */
function combine(
  parts: readonly Evaluated[],
  operation: (values: readonly Measure[]) => Measure | null,
): Evaluated {
  const failed = parts.find((part) => 'problem' in part);
  if (failed !== undefined) return failed;
  const value = operation(parts as readonly Measure[]);
  return value ?? { problem: 'a sum of different things, or a division by zero' };
}

function constant(digits: string): Evaluated {
  const amount = fromDecimal(digits);
  return amount === null ? { problem: `unreadable number ${digits}` } : pureNumber(amount);
}

function symbol(name: string): Evaluated {
  return unitNamed(name) ?? { problem: `unknown unit '${name}'` };
}
