import { fits, INT32, maxOf, minOf } from '../../arith/int-format.js';
import type { IntAdd, IntMul } from '../../ir/ops/elementwise.js';
import { elementCount, sameShape } from '../../tensor/shape.js';
import { elementBytes, storageType } from '../../tensor/tensor.js';
import type { ModuleBuilder } from '../../wasm/module-builder.js';
import type { I32 } from '../../wasm/expression.js';
import { i32 } from '../../wasm/scalar.js';
import { broadcastRows } from '../fast/broadcast.js';
import { rescaledCodes } from '../fast/elementwise.js';
import { formatOf } from '../fast/operands.js';
import type { StagedNode } from '../fast/output-stage.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { isShort, LOADS, type CodeType } from './codes.js';
import { bindStage } from './stage.js';
import { unrolled } from './unrolled.js';

/** Sums and products of codes of at most 16 bits. What depends on one code alone comes out of a table of int32. */

/** Sums that are made at a time: within a first-level cache. */
const CHUNK = 4096;

type Combination = 'add' | 'mul';

/** What a table of int32 has for the code at an address; its entry for code 0 lies at `zero`. */
function entry(zero: I32, type: CodeType, code: I32): I32 {
  return i32.load(i32.add(zero, i32.shl(LOADS[type](code), 2)));
}

/**
 * `add(a, aStep, aTable, b, bStep, bTable, to, length)`: `to[i] = aTable[a[i · aStep]] + bTable[b[i · bStep]]` in int32, which
 * wraps; `mul` the product. Steps are bytes.
 */
function defineCombinations(module: ModuleBuilder, [a, b]: readonly [CodeType, CodeType]): void {
  const parameters = {
    a: 'i32',
    aStep: 'i32',
    aTable: 'i32',
    b: 'i32',
    bStep: 'i32',
    bTable: 'i32',
    to: 'i32',
    length: 'i32',
  } as const;
  for (const combination of ['add', 'mul'] as const) {
    module.define(combination, parameters, (f, p) => {
      unrolled(f, p.to, p.length, 4, (count) => {
        for (let i = 0; i < count; i += 1) {
          f.store('i32', p.to, i32[combination](entry(p.aTable, a, p.a), entry(p.bTable, b, p.b)), 4 * i);
          f.increase(p.a, p.aStep);
          f.increase(p.b, p.bStep);
        }
      });
    });
  }
}

/** `requantizeₒ(u ± v)`; null for a scalar, where codes are wider than 16 bits, channels rescaled differently or something may leave int32. */
export function bindAddOrSub(
  node: IntAdd,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (!operands.every(isShort)) return null;
  const left = rescaledCodes(node, 0, operands[0]!);
  const right = rescaledCodes(node, 1, operands[1]!);
  if (left === null || right === null) return null;
  const signed = node.op === 'add' ? right : right.map((value) => 0 - value);
  return bindCombination('add', [left, signed], node, operands, result, memory);
}

/** `requantize((a − z₀) · (b − z₁))`; null for a scalar, where codes are wider than 16 bits or products may leave int32. */
export function bindMul(
  node: IntMul,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (!operands.every(isShort)) return null;
  const [left, right] = operands.map((operand, which) => {
    const format = formatOf(operand);
    const first = minOf(format) - node.inputZeroPoints[which as 0 | 1];
    return Float64Array.from({ length: maxOf(format) - minOf(format) + 1 }, (_, entry) => first + entry);
  });
  return bindCombination('mul', [left!, right!], node, operands, result, memory);
}

/** @param terms of each operand, what stands for a code, from the lowest code up; NaN where that is refused */
function bindCombination(
  combination: Combination,
  terms: readonly [Float64Array, Float64Array],
  node: StagedNode,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const most = largestCombination(combination, terms);
  if (result.shape.length === 0 || !fits(most, INT32)) return null;
  const [a, b] = operands as readonly [Operand, Operand];
  const { workspace } = memory;
  const types = operands.map((operand) => storageType(formatOf(operand))) as [CodeType, CodeType];
  const [aBytes, bBytes] = types.map(elementBytes) as [number, number];
  const module = emitted(`combinations ${types.join()}`, (builder) => defineCombinations(builder, types));
  const combine = workspace.functions(module)[combination]!;
  const [aTable, bTable] = terms.map(
    (values, which) => workspace.constant(Int32Array.from(values)) - 4 * minOf(formatOf(operands[which]!)),
  );
  const length = result.shape.at(-1)!;
  const lines = elementCount(result.shape) / length;
  const chunk = Math.max(1, Math.floor(CHUNK / length));
  const isFlat = sameShape(a.shape, b.shape);
  const { rows, ...steps } = broadcastRows(a.shape, b.shape, result.shape, true);
  const { aStep, bStep } = isFlat ? { aStep: 1, bStep: 1 } : steps;
  const stage = bindStage(node, result, length, memory, most);
  return memory.kernel((call, [x, y]) => {
    const [xAddress, yAddress] = [call.operand(x), call.operand(y)];
    const made = call.result(result);
    const sums = call.scratch(4 * chunk * length);
    for (let first = 0; first < lines; first += chunk) {
      const count = Math.min(chunk, lines - first);
      const calls = isFlat ? 1 : count;
      for (let i = 0; i < calls; i += 1) {
        const row = rows[first + i]!;
        const to = sums + 4 * i * length;
        const each = (count / calls) * length;
        combine(
          xAddress + aBytes * row.a,
          aBytes * aStep,
          aTable!,
          yAddress + bBytes * row.b,
          bBytes * bStep,
          bTable!,
          to,
          each,
        );
      }
      stage.run(sums, 4 * length, count, made, first);
    }
    return made.value;
  });
}

/** The magnitude that no term and no combination exceeds. */
function largestCombination(combination: Combination, terms: readonly [Float64Array, Float64Array]): number {
  const [[aLeast, aMost], [bLeast, bMost]] = terms.map((values) => [
    Math.min(...values),
    Math.max(...values),
  ]) as [[number, number], [number, number]];
  const ends =
    combination === 'add'
      ? [aLeast + bLeast, aMost + bMost]
      : [aLeast * bLeast, aLeast * bMost, aMost * bLeast, aMost * bMost];
  return [aLeast, aMost, bLeast, bMost, ...ends].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
