import { assert } from '../core/errors.js';
import {
  codeOf,
  instruction,
  type Expression,
  type Operand,
  type V128,
  type ValueType,
} from './expression.js';
import { unsigned } from './leb128.js';
import { memoryOperand } from './memory-operand.js';

/** Instructions on 128 bits, by their names in the text format in camel case. Comparisons give all ones or zeros a lane. */

const PREFIX = 0xfd;
const simd = (opcode: number): number[] => [PREFIX, ...unsigned(opcode)];

const unary =
  (opcode: number) =>
  (a: V128): V128 =>
    instruction('v128', simd(opcode), a.code);

const binary =
  (opcode: number) =>
  (a: V128, b: V128): V128 =>
    instruction('v128', simd(opcode), a.code, b.code);

/** Shifts all lanes by one number. */
const shift =
  (opcode: number) =>
  (a: V128, bits: Operand<'i32'>): V128 =>
    instruction('v128', simd(opcode), a.code, codeOf('i32', bits));

const test =
  (opcode: number) =>
  (a: V128): Expression<'i32'> =>
    instruction('i32', simd(opcode), a.code);

const splat =
  <T extends ValueType>(type: T, opcode: number) =>
  (value: Operand<T>): V128 =>
    instruction('v128', simd(opcode), codeOf(type, value));

const extractLane =
  <T extends ValueType>(type: T, opcode: number) =>
  (a: V128, lane: number): Expression<T> =>
    instruction(type, [...simd(opcode), lane], a.code);

const replaceLane =
  <T extends ValueType>(type: T, opcode: number) =>
  (a: V128, lane: number, value: Operand<T>): V128 =>
    instruction('v128', [...simd(opcode), lane], a.code, codeOf(type, value));

const load =
  (opcode: number) =>
  (address: Operand<'i32'>, offset = 0): V128 =>
    instruction('v128', [...simd(opcode), ...memoryOperand(offset)], codeOf('i32', address));

/** Replaces one lane by what is in memory. */
const loadLane =
  (opcode: number) =>
  (address: Operand<'i32'>, a: V128, lane: number, offset = 0): V128 =>
    instruction('v128', [...simd(opcode), ...memoryOperand(offset), lane], codeOf('i32', address), a.code);

export const v128 = {
  load: load(0),
  load32Splat: load(9),
  load64Splat: load(10),
  load32Zero: load(92),
  load64Zero: load(93),
  load8Lane: loadLane(84),
  load16Lane: loadLane(85),
  load32Lane: loadLane(86),
  load64Lane: loadLane(87),
  /** @param bytes 16, the lowest first */
  const: (bytes: ArrayLike<number>): V128 => {
    assert(bytes.length === 16, 'a vector has 16 bytes', { bytes: bytes.length });
    return { type: 'v128', code: [...simd(12), ...Array.from(bytes)] };
  },
  not: unary(77),
  and: binary(78),
  /** a and not b */
  andnot: binary(79),
  or: binary(80),
  xor: binary(81),
  /** The bits of `a` where `mask` has ones, else those of `b`. */
  bitselect: (a: V128, b: V128, mask: V128): V128 => instruction('v128', simd(82), a.code, b.code, mask.code),
  anyTrue: test(83),
} as const;

export const i8x16 = {
  /** @param lanes of each byte of the result, the byte of `a` (0 … 15) or `b` (16 … 31) that it is */
  shuffle: (a: V128, b: V128, lanes: readonly number[]): V128 => {
    assert(lanes.length === 16 && lanes.every((lane) => lane >= 0 && lane < 32), 'a shuffle names 16 bytes', {
      lanes,
    });
    return instruction('v128', [...simd(13), ...lanes], a.code, b.code);
  },
  swizzle: binary(14),
  splat: splat('i32', 15),
  extractLaneS: extractLane('i32', 21),
  extractLaneU: extractLane('i32', 22),
  replaceLane: replaceLane('i32', 23),
  eq: binary(35),
  gtS: binary(39),
  bitmask: test(100),
  narrowI16x8S: binary(101),
  narrowI16x8U: binary(102),
  add: binary(110),
  addSatS: binary(111),
  addSatU: binary(112),
  sub: binary(113),
  minS: binary(118),
  minU: binary(119),
  maxS: binary(120),
  maxU: binary(121),
} as const;

export const i16x8 = {
  load8x8S: load(1),
  load8x8U: load(2),
  splat: splat('i32', 16),
  extractLaneS: extractLane('i32', 24),
  extractLaneU: extractLane('i32', 25),
  replaceLane: replaceLane('i32', 26),
  eq: binary(45),
  ltS: binary(47),
  gtS: binary(49),
  extaddPairwiseI8x16S: unary(124),
  extaddPairwiseI8x16U: unary(125),
  bitmask: test(132),
  narrowI32x4S: binary(133),
  narrowI32x4U: binary(134),
  extendLowI8x16S: unary(135),
  extendHighI8x16S: unary(136),
  extendLowI8x16U: unary(137),
  extendHighI8x16U: unary(138),
  shl: shift(139),
  shrS: shift(140),
  shrU: shift(141),
  add: binary(142),
  addSatS: binary(143),
  sub: binary(145),
  subSatS: binary(146),
  mul: binary(149),
  minS: binary(150),
  minU: binary(151),
  maxS: binary(152),
  maxU: binary(153),
  extmulLowI8x16S: binary(156),
  extmulHighI8x16S: binary(157),
} as const;

export const i32x4 = {
  load16x4S: load(3),
  load16x4U: load(4),
  splat: splat('i32', 17),
  extractLane: extractLane('i32', 27),
  replaceLane: replaceLane('i32', 28),
  eq: binary(55),
  ne: binary(56),
  ltS: binary(57),
  ltU: binary(58),
  gtS: binary(59),
  gtU: binary(60),
  leS: binary(61),
  geS: binary(63),
  extaddPairwiseI16x8S: unary(126),
  abs: unary(160),
  neg: unary(161),
  allTrue: test(163),
  bitmask: test(164),
  extendLowI16x8S: unary(167),
  extendHighI16x8S: unary(168),
  extendLowI16x8U: unary(169),
  extendHighI16x8U: unary(170),
  shl: shift(171),
  shrS: shift(172),
  shrU: shift(173),
  add: binary(174),
  sub: binary(177),
  mul: binary(181),
  minS: binary(182),
  minU: binary(183),
  maxS: binary(184),
  maxU: binary(185),
  /** Products of neighbours, added in pairs: lane i is a[2i] · b[2i] + a[2i + 1] · b[2i + 1]. */
  dotI16x8S: binary(186),
  extmulLowI16x8S: binary(188),
  extmulHighI16x8S: binary(189),
  truncSatF32x4S: unary(248),
  truncSatF64x2SZero: unary(252),
} as const;

export const i64x2 = {
  load32x2S: load(5),
  load32x2U: load(6),
  splat: splat('i64', 18),
  extractLane: extractLane('i64', 29),
  replaceLane: replaceLane('i64', 30),
  neg: unary(193),
  bitmask: test(196),
  extendLowI32x4S: unary(199),
  extendHighI32x4S: unary(200),
  extendLowI32x4U: unary(201),
  extendHighI32x4U: unary(202),
  shl: shift(203),
  shrS: shift(204),
  shrU: shift(205),
  add: binary(206),
  sub: binary(209),
  mul: binary(213),
  eq: binary(214),
  ltS: binary(216),
  gtS: binary(217),
  extmulLowI32x4S: binary(220),
  extmulHighI32x4S: binary(221),
  extmulLowI32x4U: binary(222),
  extmulHighI32x4U: binary(223),
} as const;

export const f32x4 = {
  splat: splat('f32', 19),
  extractLane: extractLane('f32', 31),
  replaceLane: replaceLane('f32', 32),
  eq: binary(65),
  lt: binary(67),
  gt: binary(68),
  le: binary(69),
  ge: binary(70),
  demoteF64x2Zero: unary(94),
  ceil: unary(103),
  floor: unary(104),
  trunc: unary(105),
  nearest: unary(106),
  abs: unary(224),
  neg: unary(225),
  sqrt: unary(227),
  add: binary(228),
  sub: binary(229),
  mul: binary(230),
  div: binary(231),
  min: binary(232),
  max: binary(233),
  /** b < a ? b : a */
  pmin: binary(234),
  /** a < b ? b : a */
  pmax: binary(235),
  convertI32x4S: unary(250),
} as const;

export const f64x2 = {
  splat: splat('f64', 20),
  extractLane: extractLane('f64', 33),
  replaceLane: replaceLane('f64', 34),
  eq: binary(71),
  lt: binary(73),
  gt: binary(74),
  le: binary(75),
  ge: binary(76),
  promoteLowF32x4: unary(95),
  ceil: unary(116),
  floor: unary(117),
  trunc: unary(122),
  nearest: unary(148),
  abs: unary(236),
  neg: unary(237),
  sqrt: unary(239),
  add: binary(240),
  sub: binary(241),
  mul: binary(242),
  div: binary(243),
  min: binary(244),
  max: binary(245),
  pmin: binary(246),
  pmax: binary(247),
  convertLowI32x4S: unary(254),
} as const;
