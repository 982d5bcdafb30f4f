import { codeOf, instruction, type Expression, type Operand, type ValueType } from './expression.js';
import { memoryOperand } from './memory-operand.js';

/** Instructions on single numbers, by their names in the text format in camel case. Comparisons give an i32 of 0 or 1. */

type Scalar = Exclude<ValueType, 'v128'>;

const unary =
  <T extends Scalar, R extends Scalar>(operand: T, result: R, opcode: number) =>
  (a: Operand<T>): Expression<R> =>
    instruction(result, [opcode], codeOf(operand, a));

const binary =
  <T extends Scalar, R extends Scalar>(operand: T, result: R, opcode: number) =>
  (a: Operand<T>, b: Operand<T>): Expression<R> =>
    instruction(result, [opcode], codeOf(operand, a), codeOf(operand, b));

const load =
  <T extends Scalar>(result: T, opcode: number) =>
  (address: Operand<'i32'>, offset = 0): Expression<T> =>
    instruction(result, [opcode, ...memoryOperand(offset)], codeOf('i32', address));

/** `condition` (an i32) chooses between two values, both of which are computed. */
const select =
  <T extends Scalar>(type: T) =>
  (ifTrue: Operand<T>, ifFalse: Operand<T>, condition: Operand<'i32'>): Expression<T> =>
    instruction(type, [0x1b], codeOf(type, ifTrue), codeOf(type, ifFalse), codeOf('i32', condition));

const constant =
  <T extends Scalar>(type: T) =>
  (value: Operand<T>): Expression<T> => ({ type, code: codeOf(type, value) });

export const i32 = {
  const: constant('i32'),
  select: select('i32'),
  eqz: unary('i32', 'i32', 0x45),
  eq: binary('i32', 'i32', 0x46),
  ne: binary('i32', 'i32', 0x47),
  ltS: binary('i32', 'i32', 0x48),
  ltU: binary('i32', 'i32', 0x49),
  gtS: binary('i32', 'i32', 0x4a),
  gtU: binary('i32', 'i32', 0x4b),
  leS: binary('i32', 'i32', 0x4c),
  leU: binary('i32', 'i32', 0x4d),
  geS: binary('i32', 'i32', 0x4e),
  geU: binary('i32', 'i32', 0x4f),
  clz: unary('i32', 'i32', 0x67),
  ctz: unary('i32', 'i32', 0x68),
  add: binary('i32', 'i32', 0x6a),
  sub: binary('i32', 'i32', 0x6b),
  mul: binary('i32', 'i32', 0x6c),
  divS: binary('i32', 'i32', 0x6d),
  divU: binary('i32', 'i32', 0x6e),
  remS: binary('i32', 'i32', 0x6f),
  remU: binary('i32', 'i32', 0x70),
  and: binary('i32', 'i32', 0x71),
  or: binary('i32', 'i32', 0x72),
  xor: binary('i32', 'i32', 0x73),
  shl: binary('i32', 'i32', 0x74),
  shrS: binary('i32', 'i32', 0x75),
  shrU: binary('i32', 'i32', 0x76),
  wrapI64: unary('i64', 'i32', 0xa7),
  truncF32S: unary('f32', 'i32', 0xa8),
  truncF64S: unary('f64', 'i32', 0xaa),
  reinterpretF32: unary('f32', 'i32', 0xbc),
  load: load('i32', 0x28),
  load8S: load('i32', 0x2c),
  load8U: load('i32', 0x2d),
  load16S: load('i32', 0x2e),
  load16U: load('i32', 0x2f),
} as const;

export const i64 = {
  const: constant('i64'),
  select: select('i64'),
  eqz: unary('i64', 'i32', 0x50),
  eq: binary('i64', 'i32', 0x51),
  ne: binary('i64', 'i32', 0x52),
  ltS: binary('i64', 'i32', 0x53),
  ltU: binary('i64', 'i32', 0x54),
  gtS: binary('i64', 'i32', 0x55),
  gtU: binary('i64', 'i32', 0x56),
  leS: binary('i64', 'i32', 0x57),
  geS: binary('i64', 'i32', 0x59),
  add: binary('i64', 'i64', 0x7c),
  sub: binary('i64', 'i64', 0x7d),
  mul: binary('i64', 'i64', 0x7e),
  divS: binary('i64', 'i64', 0x7f),
  remS: binary('i64', 'i64', 0x81),
  and: binary('i64', 'i64', 0x83),
  or: binary('i64', 'i64', 0x84),
  xor: binary('i64', 'i64', 0x85),
  shl: binary('i64', 'i64', 0x86),
  shrS: binary('i64', 'i64', 0x87),
  shrU: binary('i64', 'i64', 0x88),
  extendI32S: unary('i32', 'i64', 0xac),
  extendI32U: unary('i32', 'i64', 0xad),
  truncF64S: unary('f64', 'i64', 0xb0),
  load: load('i64', 0x29),
  load8S: load('i64', 0x30),
  load8U: load('i64', 0x31),
  load16S: load('i64', 0x32),
  load16U: load('i64', 0x33),
  load32S: load('i64', 0x34),
  load32U: load('i64', 0x35),
} as const;

export const f32 = {
  const: constant('f32'),
  select: select('f32'),
  eq: binary('f32', 'i32', 0x5b),
  lt: binary('f32', 'i32', 0x5d),
  gt: binary('f32', 'i32', 0x5e),
  le: binary('f32', 'i32', 0x5f),
  ge: binary('f32', 'i32', 0x60),
  abs: unary('f32', 'f32', 0x8b),
  neg: unary('f32', 'f32', 0x8c),
  ceil: unary('f32', 'f32', 0x8d),
  floor: unary('f32', 'f32', 0x8e),
  trunc: unary('f32', 'f32', 0x8f),
  nearest: unary('f32', 'f32', 0x90),
  sqrt: unary('f32', 'f32', 0x91),
  add: binary('f32', 'f32', 0x92),
  sub: binary('f32', 'f32', 0x93),
  mul: binary('f32', 'f32', 0x94),
  div: binary('f32', 'f32', 0x95),
  min: binary('f32', 'f32', 0x96),
  max: binary('f32', 'f32', 0x97),
  convertI32S: unary('i32', 'f32', 0xb2),
  demoteF64: unary('f64', 'f32', 0xb6),
  reinterpretI32: unary('i32', 'f32', 0xbe),
  load: load('f32', 0x2a),
} as const;

export const f64 = {
  const: constant('f64'),
  select: select('f64'),
  eq: binary('f64', 'i32', 0x61),
  lt: binary('f64', 'i32', 0x63),
  gt: binary('f64', 'i32', 0x64),
  le: binary('f64', 'i32', 0x65),
  ge: binary('f64', 'i32', 0x66),
  abs: unary('f64', 'f64', 0x99),
  neg: unary('f64', 'f64', 0x9a),
  ceil: unary('f64', 'f64', 0x9b),
  floor: unary('f64', 'f64', 0x9c),
  trunc: unary('f64', 'f64', 0x9d),
  nearest: unary('f64', 'f64', 0x9e),
  sqrt: unary('f64', 'f64', 0x9f),
  add: binary('f64', 'f64', 0xa0),
  sub: binary('f64', 'f64', 0xa1),
  mul: binary('f64', 'f64', 0xa2),
  div: binary('f64', 'f64', 0xa3),
  min: binary('f64', 'f64', 0xa4),
  max: binary('f64', 'f64', 0xa5),
  convertI32S: unary('i32', 'f64', 0xb7),
  convertI64S: unary('i64', 'f64', 0xb9),
  promoteF32: unary('f32', 'f64', 0xbb),
  load: load('f64', 0x2b),
} as const;
