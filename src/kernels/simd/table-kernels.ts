import { InvariantError } from '../../core/errors.js';
import { maxOf, minOf } from '../../arith/int-format.js';
import { channelCount } from '../../arith/requantizer.js';
import type { NodeBase } from '../../ir/graph.js';
import type { IntAdd, IntLut, IntMul, IntRequantize } from '../../ir/ops/elementwise.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import { storageType, tensorFrom, type Tensor } from '../../tensor/tensor.js';
import { broadcastRows } from '../fast/broadcast.js';
import { addOrSub, mul } from '../fast/elementwise.js';
import { lut, requantize } from '../fast/lut.js';
import { codesOf, formatOf } from '../fast/operands.js';
import type { BindKernel, BoundKernel, Operand, Result } from '../kernel.js';
import { BYTES, byteTablesModule } from './byte-tables.js';
import type { KernelMemory } from './kernel-memory.js';

/**
 * Element-wise operators on codes of at most 8 bits as tables of all their results, filled when they are bound by the plain
 * kernels. Where a channel has a table of its own, or some codes are refused, they run as there.
 */

const isByte = (value: Operand | Result): boolean => formatOf(value).bits <= 8;

/** All codes of an operand, ascending. */
function allCodes(operand: Operand, shape: (count: number) => Shape): Tensor {
  const format = formatOf(operand);
  const lowest = minOf(format);
  const count = maxOf(format) - lowest + 1;
  const codes = Array.from({ length: count }, (_, index) => lowest + index);
  return tensorFrom(storageType(format), shape(count), codes);
}

/** What a plain kernel makes of operands that broadcast; null where it refuses some codes. */
function outcomes<N>(
  plain: BindKernel<N>,
  node: N,
  operands: readonly Operand[],
  tensors: readonly Tensor[],
  { type }: Result,
  shape: Shape,
): ArrayLike<number> | null {
  const bound = operands.map((operand, index) => ({ ...operand, shape: tensors[index]!.shape }));
  try {
    return codesOf(plain(node, bound, { type, shape })(tensors));
  } catch (error) {
    if (error instanceof InvariantError) return null;
    throw error;
  }
}

function bindUnary<N extends NodeBase>(
  plain: BindKernel<N>,
  node: N,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const [x, ...constants] = operands;
  if (![x!, result].every(isByte) || constants.some(({ constant }) => constant === null)) return null;
  const codes = allCodes(x!, (count) => [count]);
  const others = constants.map(({ constant }) => constant!);
  const codesOut = outcomes(plain, node, operands, [codes, ...others], result, codes.shape);
  if (codesOut === null) return null;
  const bytes = new Uint8Array(BYTES);
  codesOf(codes).forEach((code, index) => (bytes[code & 0xff] = codesOut[index]!));
  const { unary } = memory.workspace.functions(byteTablesModule());
  const table = memory.workspace.constant(bytes);
  const length = elementCount(result.shape);
  return memory.kernel((call, [tensor]) => {
    const made = call.result(result);
    unary!(table, call.operand(tensor), made.address, length);
    return made.value;
  });
}

function bindBinary<N extends NodeBase>(
  plain: BindKernel<N>,
  node: N,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const [a, b] = operands as readonly [Operand, Operand];
  if (![a, b, result].every(isByte)) return null;
  const left = allCodes(a, (count) => [count, 1]);
  const right = allCodes(b, (count) => [1, count]);
  const codesOut = outcomes(plain, node, operands, [left, right], result, [
    left.data.length,
    right.data.length,
  ]);
  if (codesOut === null) return null;
  const bytes = new Uint8Array(BYTES * BYTES);
  codesOf(left).forEach((x, row) => {
    codesOf(right).forEach((y, column) => {
      bytes[(x & 0xff) * BYTES + (y & 0xff)] = codesOut[row * right.data.length + column]!;
    });
  });
  const { binary } = memory.workspace.functions(byteTablesModule());
  const table = memory.workspace.constant(bytes);
  const { rows, aStep, bStep } = broadcastRows(a.shape, b.shape, result.shape, false);
  return memory.kernel((call, [x, y]) => {
    const [xAddress, yAddress] = [call.operand(x), call.operand(y)];
    const made = call.result(result);
    for (const row of rows) {
      binary!(table, xAddress + row.a, aStep, yAddress + row.b, bStep, made.address + row.at, row.length);
    }
    return made.value;
  });
}

export function bindAddOrSub(
  node: IntAdd,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const requantizers = [node.requantizer, ...node.inputRequantizers];
  if (requantizers.some((requantizer) => channelCount(requantizer) > 1)) return null;
  return bindBinary(addOrSub, node, operands, result, memory);
}

export function bindMul(
  node: IntMul,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (channelCount(node.requantizer) > 1) return null;
  return bindBinary(mul, node, operands, result, memory);
}

export function bindRequantize(
  node: IntRequantize,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (channelCount(node.requantizer) > 1) return null;
  return bindUnary(requantize, node, operands, result, memory);
}

export function bindLut(
  node: IntLut,
  operands: readonly Operand[],
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  if (operands[1]!.shape.length > 1) return null;
  return bindUnary(lut, node, operands, result, memory);
}
