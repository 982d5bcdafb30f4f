import type { OutputGrid } from '../../../arith/requantizers/rule.js';
import { elementBytes } from '../../../tensor/tensor.js';
import type { V128 } from '../../../wasm/expression.js';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.js';
import type { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import { v128 } from '../../../wasm/simd.js';
import { fillGroup, LANES, vectorsOf, type Column, type Lanes } from './lanes.js';
import { EPILOGUE_PARAMETERS } from './parameters.js';
import { boundVector, CHUNK, clampedCodes, isWhole, storeChunk, type CodeStorage } from './narrowing.js';

const VECTOR_BYTES = 16;

const isShared = ({ values }: Column): boolean => values.length === 1;

/** Where vectors lie in the table: bounds and what all channels share first, then group by group of four channels. */
interface Table {
  readonly shared: readonly Column[];
  readonly own: readonly Column[];
  readonly headBytes: number;
  readonly groupBytes: number;
}

function tableOf({ columns }: Lanes): Table {
  const [shared, own] = [columns.filter(isShared), columns.filter((column) => !isShared(column))];
  const bytes = (list: readonly Column[]): number =>
    VECTOR_BYTES * list.reduce((sum, column) => sum + vectorsOf(column), 0);
  return { shared, own, headBytes: 2 * VECTOR_BYTES + bytes(shared), groupBytes: bytes(own) };
}

/** The table that the function reads. */
export function vectorTable(
  lanes: Lanes,
  storage: CodeStorage,
  { min, max }: OutputGrid,
  channels: number,
): Uint8Array {
  const { shared, own, headBytes, groupBytes } = tableOf(lanes);
  const groups = Math.ceil(channels / CHUNK) * (CHUNK / LANES);
  const table = new Uint8Array(headBytes + groups * groupBytes);
  const view = new DataView(table.buffer);
  [min, max].forEach((bound, index) => {
    const { buffer } = boundVector(storage, bound);
    table.set(new Uint8Array(buffer), index * VECTOR_BYTES);
  });
  fillGroup(shared, 0, view, 2 * VECTOR_BYTES);
  for (let group = 0; group < groups; group += 1) fillGroup(own, group, view, headBytes + group * groupBytes);
  return table;
}

export function vectorName(lanes: Lanes, storage: CodeStorage, { min, max }: OutputGrid): string {
  const to = isWhole(storage, min, max) ? `Whole ${storage}` : storage;
  return `${lanes.name}To${to}By${lanes.columns.map((column) => (isShared(column) ? 's' : 'c')).join('')}`;
}

/**
 * An epilogue of vectors: chunk by chunk of channels, the last one first, all rows of a chunk, so that what differs by channel
 * stays in registers. The last chunk may be ragged. Its vectors then reach into the next row, whose codes are written later; in the
 * last rows they are written code by code.
 */
export function defineVectorEpilogue(
  module: ModuleBuilder,
  lanes: Lanes,
  storage: CodeStorage,
  output: OutputGrid,
): void {
  const { shared, own, headBytes, groupBytes } = tableOf(lanes);
  module.define(vectorName(lanes, storage, output), EPILOGUE_PARAMETERS, (f, p) => {
    const bytes = elementBytes(storage);
    const bounds = isWhole(storage, output.min, output.max)
      ? null
      : ([f.let('v128', v128.load(p.table)), f.let('v128', v128.load(p.table, VECTOR_BYTES))] as const);
    const sharedVectors = loaded(f, shared, p.table, 2 * VECTOR_BYTES);
    const rowBytes = f.let('i32', i32.mul(p.channels, bytes));
    const end = f.let('i32', i32.add(p.output, i32.mul(p.rows, rowBytes)));
    const chunk = f.let('i32', i32.divU(i32.sub(p.channels, 1), CHUNK));
    const [group, from, to, row] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    f.doWhile(
      () => {
        f.set(group, i32.add(p.table, i32.mul(chunk, (groupBytes * CHUNK) / LANES)));
        const halves = [0, 1].map((half) => {
          const ownVectors = loaded(f, own, group, headBytes + half * groupBytes);
          return inOrder(lanes.columns, sharedVectors, ownVectors);
        });
        f.set(from, i32.add(p.sums, i32.mul(chunk, 4 * CHUNK)));
        f.set(to, i32.add(p.output, i32.mul(chunk, bytes * CHUNK)));
        f.set(row, p.rows);
        f.doWhile(() => {
          const [first, second] = halves.map((vectors, half) => {
            const sums = f.let('v128', v128.load(from, half * VECTOR_BYTES));
            return f.let('v128', lanes.write(f, sums, vectors));
          });
          storeChunk(f, storage, clampedCodes(f, storage, [first!, second!], bounds), to, end);
          f.increase(from, p.sumStrideBytes);
          f.increase(to, rowBytes);
          f.increase(row, -1);
        }, row);
        f.increase(chunk, -1);
      },
      i32.geS(chunk, 0),
    );
  });
}

function loaded(
  f: FunctionBuilder,
  columns: readonly Column[],
  address: Local<'i32'>,
  offset: number,
): readonly Local<'v128'>[] {
  const vectors = columns.reduce((sum, column) => sum + vectorsOf(column), 0);
  return Array.from({ length: vectors }, (_, index) =>
    f.let('v128', v128.load(address, offset + index * VECTOR_BYTES)),
  );
}

/** Vectors of shared columns and of own ones in the order of the columns. */
function inOrder(columns: readonly Column[], shared: readonly V128[], own: readonly V128[]): readonly V128[] {
  let [nextShared, nextOwn] = [0, 0];
  return columns.flatMap((column) =>
    Array.from({ length: vectorsOf(column) }, () =>
      isShared(column) ? shared[nextShared++]! : own[nextOwn++]!,
    ),
  );
}
