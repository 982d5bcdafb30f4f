import { maxOf, minOf } from '../../arith/int-format.js';
import { elementCount } from '../../tensor/shape.js';
import { elementBytes, storageType, type Tensor } from '../../tensor/tensor.js';
import { formatOf } from '../fast/operands.js';
import type { BoundKernel, Operand, Result } from '../kernel.js';
import { emitted } from './emitted.js';
import type { CodeStorage } from './epilogues/narrowing.js';
import type { Call, KernelMemory } from './kernel-memory.js';
import {
  boundsTable,
  defineCodes,
  defineTerms,
  ROW_BYTES,
  SUM_BYTES,
  type RowFormula,
  type RowNumbers,
} from './row-function.js';
import { isNarrow } from './widen-function.js';

/**
 * Softmax and what is like it: a code depends on its distance to the row's largest code, and on the sum of terms that depend on such
 * distances. Both come out of a table; what is made of a sum, once for each row, is plain code.
 */
export interface RowRule {
  readonly numbers: RowNumbers;
  /** By distance, of every distance of two codes. */
  readonly values: ArrayLike<number>;
  readonly terms: ArrayLike<number>;
  readonly formula: RowFormula;
  /** At most four numbers that the formula is told of a row. */
  readonly ofRow: (sum: number, largest: number) => readonly number[];
}

/** What codes are stored in and clamped to. */
export interface RowCodes {
  readonly storage: CodeStorage;
  readonly min: number;
  readonly max: number;
}

/** Codes that are worked on at a time: within a first-level cache. */
const CHUNK = 4096;

type View = new (buffer: ArrayBufferLike, address: number, length: number) => Int32Array | Float32Array;
type Numbers = new (length: number) => Int32Array | Float32Array;

const ARRAYS: Readonly<Record<RowNumbers, View & Numbers>> = { i32: Int32Array, f32: Float32Array };

/** Rows of x, some at a time. */
export interface Rows {
  readonly length: number;
  /** At most so many at a time. */
  readonly chunk: number;
  /** @param codesOf is told where rows begin and how many they are, and writes their codes to an address by `write` */
  readonly forEachChunk: (
    call: Call,
    x: Tensor | undefined,
    codesOf: (firstRow: number, rows: number, write: (to: number) => void) => void,
  ) => void;
}

/** null of codes wider than int16. */
export function bindRows(
  { numbers, values, terms, formula, ofRow }: RowRule,
  { storage, min, max }: RowCodes,
  x: Operand,
  memory: KernelMemory,
): Rows | null {
  const type = storageType(formatOf(x));
  if (!isNarrow(type)) return null;
  const { workspace } = memory;
  const termsModule = emitted(`terms ${type} ${numbers}`, (module) => defineTerms(module, type, numbers));
  const codesModule = emitted(`codes ${formula.name} ${storage}`, (module) =>
    defineCodes(module, formula, storage),
  );
  const takeTerms = workspace.functions(termsModule)['terms']!;
  const writeCodes = workspace.functions(codesModule)['codes']!;
  const table = workspace.constant(interleaved(values, terms, ARRAYS[numbers]));
  const bounds = workspace.constant(boundsTable(storage, min, max));
  const length = x.shape.at(-1)!;
  const all = elementCount(x.shape) / length;
  const chunk = Math.max(1, Math.floor(CHUNK / length));
  const rowBytes = length * elementBytes(type);
  return {
    length,
    chunk,
    forEachChunk(call, tensor, codesOf) {
      const from = call.operand(tensor);
      const valuesAt = call.scratch(4 * chunk * length);
      const sumsAt = call.scratch(SUM_BYTES * chunk);
      const rowsAt = call.scratch(ROW_BYTES * chunk);
      const { buffer } = workspace.memory;
      const sums = new ARRAYS[numbers](buffer, sumsAt, 2 * chunk);
      const largest = new Int32Array(buffer, sumsAt, 2 * chunk);
      const told = new ARRAYS[numbers](buffer, rowsAt, (ROW_BYTES / 4) * chunk);
      for (let first = 0; first < all; first += chunk) {
        const rows = Math.min(chunk, all - first);
        takeTerms(from + first * rowBytes, rows, length, table, valuesAt, sumsAt);
        for (let row = 0; row < rows; row += 1) {
          told.set(ofRow(sums[2 * row]!, largest[2 * row + 1]!), (ROW_BYTES / 4) * row);
        }
        codesOf(first, rows, (to) => writeCodes(valuesAt, rows, length, rowsAt, bounds, to));
      }
    },
  };
}

/** A rule that makes the codes of the result; null of codes wider than int16. */
export function bindRowRule(
  rule: RowRule,
  x: Operand,
  result: Result,
  memory: KernelMemory,
): BoundKernel | null {
  const format = formatOf(result);
  const storage = storageType(format);
  const rows = bindRows(rule, { storage, min: minOf(format), max: maxOf(format) }, x, memory);
  if (rows === null) return null;
  const rowBytes = rows.length * elementBytes(storage);
  return memory.kernel((call, [tensor]) => {
    const made = call.result(result);
    rows.forEachChunk(call, tensor, (first, _rows, write) => write(made.address + first * rowBytes));
    return made.value;
  });
}

function interleaved(
  values: ArrayLike<number>,
  terms: ArrayLike<number>,
  numbers: Numbers,
): NodeJS.TypedArray {
  const table = new numbers(2 * values.length);
  for (let i = 0; i < values.length; i += 1) {
    table[2 * i] = values[i]!;
    table[2 * i + 1] = terms[i]!;
  }
  return table;
}
