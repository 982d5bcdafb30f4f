import { elementBytes, storageType } from '../../tensor/tensor.js';
import { formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import type { SourcesOf } from '../movement.js';
import { emitted } from './emitted.js';
import type { KernelMemory } from './kernel-memory.js';
import { defineGather, defineMove } from './move-function.js';

const divisorOf = (a: number, b: number): number => (b === 0 ? a : divisorOf(b, a % b));

/** The largest length such that all elements move in runs of it, neighbours to neighbours; 0 where none moves. */
function runLength(table: Int32Array): number {
  let [common, begin] = [0, 0];
  for (let i = 1; i <= table.length; i += 1) {
    if (table[begin]! >= 0 && i < table.length && table[i] === table[i - 1]! + 1) continue;
    if (table[begin]! >= 0) common = divisorOf(common, i - begin);
    begin = i;
  }
  return common;
}

/** Longest runs that are copied without a loop. */
const SHORT_BYTES = 64;

/** Copies elements in runs of one length, the largest that divides all; null of other elements than integers. */
export const bindMovement =
  <N>(sourcesOf: SourcesOf<N>) =>
  (node: N, [x]: readonly Operand[], result: Result, memory: KernelMemory): BoundKernel | null => {
    if (result.type.kind !== 'int') return null;
    const { table, fill } = sourcesOf(node, x!, result);
    const bytes = elementBytes(storageType(formatOf(result)));
    const isFilled = table.includes(-1);
    const length = runLength(table);
    const copy = length === 0 ? () => {} : bindCopy(table, length, bytes, isFilled, memory);
    return memory.kernel((call, [tensor]) => {
      const made = call.result(result);
      if (isFilled) made.value.data.fill(fill);
      copy(call.operand(tensor), made.address);
      return made.value;
    });
  };

function bindCopy(
  sources: Int32Array,
  length: number,
  bytes: number,
  isFilled: boolean,
  { workspace }: KernelMemory,
): (from: number, to: number) => void {
  const runBytes = length * bytes;
  if (!isFilled && runBytes <= SHORT_BYTES) {
    const module = emitted(`gather ${runBytes}`, (builder) => defineGather(builder, runBytes));
    const { gather } = workspace.functions(module);
    const runs = sources.length / length;
    const table = workspace.constant(
      Int32Array.from({ length: runs }, (_, run) => sources[run * length]! * bytes),
    );
    return (from, to) => gather!(table, from, to, runs);
  }
  const rest = runBytes % 16;
  const module = emitted(`move ${rest}`, (builder) => defineMove(builder, rest));
  const { move } = workspace.functions(module);
  const offsets: number[] = [];
  for (let to = 0; to < sources.length; to += sources[to]! < 0 ? 1 : length) {
    if (sources[to]! >= 0) offsets.push(sources[to]! * bytes, to * bytes);
  }
  const table = workspace.constant(Int32Array.from(offsets));
  return (from, to) => move!(table, table + 4 * offsets.length, from, to, runBytes - rest);
}
