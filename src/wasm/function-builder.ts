import {
  codeOf,
  VALUE_TYPES,
  type Expression,
  type I32,
  type Operand,
  type ValueType,
} from './expression.js';
import { unsigned } from './leb128.js';
import { memoryOperand } from './memory-operand.js';
import { i32 } from './scalar.js';

/** A parameter or a variable of a function. As an expression, its value. */
export interface Local<T extends ValueType> extends Expression<T> {
  readonly index: number;
}

/** A function that others of its module can call. */
export interface FunctionReference {
  readonly index: number;
}

const NO_RESULT = 0x40;
const [LOOP, IF, ELSE, END, BR_IF, RETURN, CALL] = [0x03, 0x04, 0x05, 0x0b, 0x0d, 0x0f, 0x10] as const;

/** Stores by the name in the text format: the type of the value and the opcode, a prefix before it where it has one. */
const STORES = {
  i32: ['i32', [0x36]],
  i64: ['i64', [0x37]],
  f32: ['f32', [0x38]],
  f64: ['f64', [0x39]],
  i32As8: ['i32', [0x3a]],
  i32As16: ['i32', [0x3b]],
  v128: ['v128', [0xfd, 11]],
} as const satisfies Record<string, readonly [ValueType, readonly number[]]>;

type Store = typeof STORES;

/** Lanes of a vector that are stored alone, by their bits. */
const LANE_STORES = { 8: 88, 16: 89, 32: 90, 64: 91 } as const;

/**
 * Writes the body of a function, statement by statement, in the order of the calls. What a loop or a branch contains is written
 * by the function given to it.
 */
export class FunctionBuilder {
  readonly #locals: ValueType[] = [];
  readonly #parameters: number;
  readonly #code: number[] = [];

  constructor(parameters: readonly ValueType[]) {
    this.#parameters = parameters.length;
    this.#locals.push(...parameters);
  }

  /** A parameter by its position. */
  parameter<T extends ValueType>(type: T, index: number): Local<T> {
    return localOf(type, index);
  }

  /** A new variable, 0 at first. */
  local<T extends ValueType>(type: T): Local<T> {
    this.#locals.push(type);
    return localOf(type, this.#locals.length - 1);
  }

  /** A new variable with a value. */
  let<T extends ValueType>(type: T, value: Operand<T>): Local<T> {
    const local = this.local(type);
    this.set(local, value);
    return local;
  }

  set<T extends ValueType>(local: Local<T>, value: Operand<T>): void {
    this.#code.push(...codeOf(local.type, value), 0x21, ...unsigned(local.index));
  }

  /** Moves a pointer or a counter. */
  increase(local: Local<'i32'>, by: Operand<'i32'>): void {
    this.set(local, i32.add(local, by));
  }

  store<S extends keyof Store>(
    kind: S,
    address: Operand<'i32'>,
    value: Operand<Store[S][0]>,
    offset = 0,
  ): void {
    const [type, opcode] = STORES[kind];
    this.#code.push(
      ...codeOf('i32', address),
      ...codeOf<ValueType>(type, value),
      ...opcode,
      ...memoryOperand(offset),
    );
  }

  storeLane(
    bits: keyof typeof LANE_STORES,
    address: Operand<'i32'>,
    value: Expression<'v128'>,
    lane: number,
    offset = 0,
  ): void {
    this.#code.push(
      ...codeOf('i32', address),
      ...value.code,
      0xfd,
      LANE_STORES[bits],
      ...memoryOperand(offset),
      lane,
    );
  }

  /** Runs the body at least once, and again while the condition holds after it. */
  doWhile(body: () => void, condition: I32): void {
    this.#code.push(LOOP, NO_RESULT);
    body();
    this.#code.push(...condition.code, BR_IF, 0, END);
  }

  /** Runs the body while the condition holds before it. */
  while(condition: I32, body: () => void): void {
    this.if(condition, () => this.doWhile(body, condition));
  }

  /** Runs the body for `index` from its present value up to `end`, in steps. */
  upTo(index: Local<'i32'>, end: Operand<'i32'>, step: number, body: () => void): void {
    this.while(i32.ltS(index, end), () => {
      body();
      this.increase(index, step);
    });
  }

  if(condition: I32, then: () => void, otherwise?: () => void): void {
    this.#code.push(...condition.code, IF, NO_RESULT);
    then();
    if (otherwise !== undefined) {
      this.#code.push(ELSE);
      otherwise();
    }
    this.#code.push(END);
  }

  call({ index }: FunctionReference, ...operands: readonly Expression<ValueType>[]): void {
    for (const { code } of operands) this.#code.push(...code);
    this.#code.push(CALL, ...unsigned(index));
  }

  return(value: Expression<ValueType>): void {
    this.#code.push(...value.code, RETURN);
  }

  /** The function as the code section of a module holds it. */
  body(): number[] {
    const locals = this.#locals.slice(this.#parameters);
    const declared = locals.flatMap((type) => [1, VALUE_TYPES[type]]);
    const code = [...unsigned(locals.length), ...declared, ...this.#code, END];
    return [...unsigned(code.length), ...code];
  }
}

function localOf<T extends ValueType>(type: T, index: number): Local<T> {
  return { type, index, code: [0x20, ...unsigned(index)] };
}
