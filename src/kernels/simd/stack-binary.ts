import type { StackBinary } from '../../ir/ops/stack.js';
import { storageType } from '../../tensor/tensor.js';
import type { I32, V128, ValueType } from '../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import { i32 } from '../../wasm/scalar.js';
import { f32x4, f64x2, i16x8, i32x4, i8x16 } from '../../wasm/simd.js';
import { broadcastRows } from '../fast/broadcast.js';
import { formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { binaryFormula, type BinaryFormula, type FormulaParameter } from './binary-formulas.js';
import { isByte } from './byte-table.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';

type ByteType = 'int8' | 'uint8';

/** Types of both operands and of the result; a row repeats one code of an operand whose step is 0. */
interface Variant {
  readonly types: readonly [ByteType, ByteType];
  readonly steps: readonly [number, number];
  readonly result: ByteType;
}

const EIGHT = { int8: i16x8.load8x8S, uint8: i16x8.load8x8U } as const;
const ONE = { int8: i32.load8S, uint8: i32.load8U } as const;
const NARROWED = { int8: i8x16.narrowI16x8S, uint8: i8x16.narrowI16x8U } as const;

const splatOf = ({ type }: FormulaParameter, value: Local<ValueType>): V128 => {
  if (type === 'i32') return i32x4.splat(value as Local<'i32'>);
  return type === 'f32' ? f32x4.splat(value as Local<'f32'>) : f64x2.splat(value as Local<'f64'>);
};

/**
 * `row(a, b, to, length, aOffset, bOffset, outputOffset, min, max, …parameters)`: one row of codes, eight at a time. Up to seven
 * codes are read and written beyond it: rows are written in their order.
 */
function defineRow(module: ModuleBuilder, formula: BinaryFormula, { types, steps, result }: Variant): void {
  const named = Object.fromEntries(formula.parameters.map(({ type }, index) => [`parameter${index}`, type]));
  const parameters = {
    a: 'i32',
    b: 'i32',
    to: 'i32',
    length: 'i32',
    aOffset: 'i32',
    bOffset: 'i32',
    outputOffset: 'i32',
    min: 'i32',
    max: 'i32',
  } as const;
  module.define('row', { ...parameters, ...named }, (f, p) => {
    const lanes = formula.parameters.map((parameter, index) => {
      const value = (p as Readonly<Record<string, Local<ValueType>>>)[`parameter${index}`]!;
      return f.let('v128', splatOf(parameter, value));
    });
    const [outputOffset, min, max] = [p.outputOffset, p.min, p.max].map((value) =>
      f.let('v128', i16x8.splat(value)),
    ) as unknown as [V128, V128, V128];
    const operands = ([p.a, p.b] as const).map((address, which) =>
      offsetCodes(f, types[which]!, steps[which]!, address, [p.aOffset, p.bOffset][which]!),
    );
    const x = f.local('v128');
    const y = f.local('v128');
    const halves = [i32x4.extendLowI16x8S, i32x4.extendHighI16x8S].map((extend) => ({
      extend,
      made: f.local('v128'),
    }));
    const end = f.let('i32', i32.add(p.to, p.length));
    f.upTo(p.to, end, 8, () => {
      const [left, right] = operands.map((read) => f.let('v128', read()));
      for (const { extend, made } of halves) {
        f.set(x, extend(left!));
        f.set(y, extend(right!));
        f.set(made, formula.write(x, y, lanes));
      }
      const codes = i16x8.addSatS(i16x8.narrowI32x4S(halves[0]!.made, halves[1]!.made), outputOffset);
      const clamped = i16x8.minS(i16x8.maxS(codes, min), max);
      f.storeLane(64, p.to, NARROWED[result](clamped, clamped), 0);
      f.increase(p.a, 8 * steps[0]);
      f.increase(p.b, 8 * steps[1]);
    });
  });
}

/** Eight codes of an operand, each with the offset added, in int16. */
function offsetCodes(
  f: FunctionBuilder,
  type: ByteType,
  step: number,
  address: I32,
  offset: I32,
): () => V128 {
  const offsets = f.let('v128', i16x8.splat(offset));
  if (step === 1) return () => i16x8.add(EIGHT[type](address), offsets);
  const repeated = f.let('v128', i16x8.add(i16x8.splat(ONE[type](address)), offsets));
  return () => repeated;
}

/** The rule of the stack on eight pairs of codes at a time; null where it has no formula or codes are wider than a byte. */
export function bindStackBinary(
  node: StackBinary,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const [a, b] = operands as readonly [Operand, Operand];
  if (![a, b, result].every(isByte)) return null;
  const formula = binaryFormula(node.rule, node.inputGrids, node.outputGrid);
  if (formula === null) return null;
  const { rows, aStep, bStep } = broadcastRows(a.shape, b.shape, result.shape, false);
  const types = [a, b, result].map((value) => storageType(formatOf(value)) as ByteType);
  const variant: Variant = {
    types: [types[0]!, types[1]!],
    steps: aStep + bStep === 0 ? [1, 1] : [aStep, bStep], // rows of one element
    result: types[2]!,
  };
  const name = `${formula.name} ${types.join()} ${variant.steps.join()}`;
  const module = emitted(name, (builder) => defineRow(builder, formula, variant));
  const { row } = memory.workspace.functions(module);
  const { min, max } = node.clamp;
  const numbers = [
    ...formula.offsets,
    formula.outputOffset,
    min,
    max,
    ...formula.parameters.map(({ value }) => value),
  ];
  return memory.kernel((call, [x, y]) => {
    const [xAddress, yAddress] = [call.operand(x), call.operand(y)];
    const made = call.result(result);
    for (const part of rows) {
      row!(xAddress + part.a, yAddress + part.b, made.address + part.at, part.length, ...numbers);
    }
    return made.value;
  });
}
