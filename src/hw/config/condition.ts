import type {
  AccessorNode,
  ConstantNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  RelationalNode,
  SymbolNode,
} from 'mathjs';
import { compare, fromDecimal, rational } from './rational.js';
import { type Measure, over, plus, pureNumber, sameDimension, times, unitNamed } from './units.js';

/** What a name stands for, or a part of a condition comes to. */
export type ConditionValue = Measure | boolean | string;

/** The values of names at one point. `cycle` is the length of a clock cycle, so that cycles and seconds compare. */
export interface ConditionScope {
  readonly cycle: Measure;
  readonly valueOf: (name: string) => ConditionValue;
}

/** One of the parts a condition joins by `and`. */
export interface Condition {
  /** The names it asks for. */
  readonly names: ReadonlySet<string>;
  /** @throws ConditionProblem where sides are of different kinds, or something is divided by zero */
  readonly holds: (scope: ConditionScope) => boolean;
}

/** What is wrong with a condition. The message says what was found. */
export class ConditionProblem extends Error {}

type Term = (scope: ConditionScope) => ConditionValue;

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)|([A-Za-zµ][\w]*(?:\.[A-Za-z]\w*)*)|('[\w ./-]*')|(<=|>=|==|!=|[-+*/()<>]))/y;
const LONGEST = 500;
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'true', 'false']);

/**
 * Reads a condition such as `array.rows * array.columns <= 1024 and weightBuffer.capacity <= 256 KiB`, as the conditions that
 * must all hold. Numbers, quantities with units, texts in single quotes and the names given; + - * /, comparisons, `and`, `or`,
 * `not`. Directly behind a number a name is a unit.
 *
 * mathjs parses, after everything else has been refused; the tree is evaluated here, in fractions.
 *
 * @throws ConditionProblem
 */
export async function parseCondition(text: string, names: readonly string[]): Promise<readonly Condition[]> {
  refuse(text, new Set(names));
  const { parse } = await import('mathjs');
  try {
    return conjuncts(parse(text)).map((node) => conditionOf(node, new Set(names)));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConditionProblem(`no condition: ${error.message}`);
    throw error;
  }
}

/** Refuses what is not made of our tokens and names. */
function refuse(text: string, names: ReadonlySet<string>): void {
  if (text.trim() === '') throw new ConditionProblem('nothing');
  if (text.length > LONGEST) throw new ConditionProblem(`more than ${LONGEST} characters`);
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const start = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    if (token === null) throw new ConditionProblem(`unexpected '${text.slice(start).trim()[0]}'`);
    const name = token[2];
    if (name === undefined || names.has(name) || WORDS.has(name) || unitNamed(name) !== null) continue;
    throw new UnknownName(name);
  }
}

/** A name that is no field, figure or unit. */
export class UnknownName extends ConditionProblem {
  readonly unknown: string;

  constructor(unknown: string) {
    super(`the unknown name '${unknown}'`);
    this.unknown = unknown;
  }
}

function conjuncts(node: MathNode): MathNode[] {
  if (node.type === 'ParenthesisNode') return conjuncts((node as ParenthesisNode).content);
  if (node.type !== 'OperatorNode' || (node as OperatorNode).fn !== 'and') return [node];
  return (node as OperatorNode).args.flatMap(conjuncts);
}

function conditionOf(node: MathNode, known: ReadonlySet<string>): Condition {
  const names = new Set<string>();
  const term = compile(node, { known, names });
  return { names, holds: (scope) => truth(term(scope)) };
}

interface Compilation {
  readonly known: ReadonlySet<string>;
  /** Filled with the names that are used. */
  readonly names: Set<string>;
}

function compile(node: MathNode, context: Compilation): Term {
  switch (node.type) {
    case 'ConstantNode':
      return constant((node as ConstantNode).value);
    case 'SymbolNode':
      return named((node as SymbolNode).name, context);
    case 'AccessorNode':
      return named(dotted(node), context);
    case 'ParenthesisNode':
      return compile((node as ParenthesisNode).content, context);
    case 'RelationalNode': {
      const { conditionals, params } = node as RelationalNode & {
        readonly conditionals: readonly string[];
        readonly params: readonly MathNode[];
      };
      const terms = params.map((param) => compile(param, context));
      return (scope) => {
        const values = terms.map((term) => term(scope));
        return conditionals.every((relation, index) =>
          compared(relation, values[index]!, values[index + 1]!),
        );
      };
    }
    case 'OperatorNode':
      return operation(node as OperatorNode, context);
    default:
      throw new ConditionProblem(`${node.toString()}, which is no part of a condition`);
  }
}

function operation({ fn, args, implicit }: OperatorNode, context: Compilation): Term {
  const unit = args[1];
  const isQuantity = fn === 'multiply' && implicit && unit?.type === 'SymbolNode';
  const terms = args.map((arg, index) =>
    isQuantity && index === 1 ? unitTerm((arg as SymbolNode).name) : compile(arg, context),
  );
  const [a, b] = terms as [Term, Term];
  switch (fn as string) {
    case 'and':
      return (scope) => truth(a(scope)) && truth(b(scope));
    case 'or':
      return (scope) => truth(a(scope)) || truth(b(scope));
    case 'not':
      return (scope) => !truth(a(scope));
    case 'smaller':
    case 'smallerEq':
    case 'larger':
    case 'largerEq':
    case 'equal':
    case 'unequal':
      return (scope) => compared(fn, a(scope), b(scope));
    default:
      return (scope) =>
        calculated(
          fn,
          terms.map((term) => measure(term(scope))),
        );
  }
}

function constant(value: unknown): Term {
  if (typeof value === 'boolean' || typeof value === 'string') return () => value;
  const amount = fromDecimal(String(value));
  if (amount === null) throw new ConditionProblem(`the number ${String(value)}`);
  const number = pureNumber(amount);
  return () => number;
}

function named(name: string, { known, names }: Compilation): Term {
  if (name === 'true' || name === 'false') return () => name === 'true';
  if (!known.has(name)) return unitTerm(name);
  names.add(name);
  return ({ valueOf }) => valueOf(name);
}

function unitTerm(name: string): Term {
  const unit = unitNamed(name);
  if (unit === null) throw new ConditionProblem(`'${name}' behind a number, where a unit is expected`);
  return ({ cycle }) => (name === 'cycle' || name === 'cycles' ? cycle : unit);
}

function dotted(node: MathNode): string {
  if (node.type === 'SymbolNode') return (node as SymbolNode).name;
  const { object, name } = node as AccessorNode & { readonly name: string };
  return `${dotted(object)}.${name}`;
}

const MINUS_ONE = pureNumber(rational(-1n));

function calculated(operation: string, [a, b]: readonly Measure[]): Measure {
  const value = arithmetic(operation, a!, b!);
  if (value === null) throw new ConditionProblem('a sum of different things, or a division by zero');
  return value;
}

function arithmetic(operation: string, a: Measure, b: Measure): Measure | null {
  switch (operation) {
    case 'multiply':
      return times(a, b);
    case 'divide':
      return over(a, b);
    case 'add':
      return plus(a, b);
    case 'subtract':
      return plus(a, times(MINUS_ONE, b));
    case 'unaryMinus':
      return times(MINUS_ONE, a);
    case 'unaryPlus':
      return a;
    default:
      throw new ConditionProblem(`the operation ${operation}`);
  }
}

function compared(relation: string, a: ConditionValue, b: ConditionValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') {
    if (typeof a === typeof b && relation === 'equal') return a === b;
    if (typeof a === typeof b && relation === 'unequal') return a !== b;
    throw new ConditionProblem('a comparison of different kinds of things');
  }
  if (!sameDimension(a, b)) {
    throw new ConditionProblem('a comparison of different kinds of quantities (a number needs its unit)');
  }
  const order = compare(a.amount, b.amount);
  const results: Readonly<Record<string, boolean>> = {
    smaller: order < 0,
    smallerEq: order <= 0,
    larger: order > 0,
    largerEq: order >= 0,
    equal: order === 0,
    unequal: order !== 0,
  };
  return results[relation]!;
}

function measure(value: ConditionValue): Measure {
  if (typeof value === 'object') return value;
  throw new ConditionProblem(`a calculation with ${String(value)}`);
}

function truth(value: ConditionValue): boolean {
  if (typeof value === 'boolean') return value;
  throw new ConditionProblem('a value where something true or false is expected');
}
