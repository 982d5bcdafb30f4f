import { elementBytes } from '../../../tensor/tensor.js';
import type { ModuleBuilder } from '../../../wasm/module-builder.js';
import { f64, i32, i64 } from '../../../wasm/scalar.js';
import { EPILOGUE_PARAMETERS } from './parameters.js';
import type { CodeStorage } from './narrowing.js';
import type { Reader, Scalar } from './scalar.js';

const COLUMN_BYTES = 8;

/** By element size: int32 stores keep the low bits. */
const STORES = { 1: 'i32As8', 2: 'i32As16', 4: 'i32' } as const;

export function scalarName(channels: readonly Scalar[], storage: CodeStorage): string {
  return `${channels[0]!.name}To${elementBytes(storage)}${channels.length === 1 ? 'Shared' : ''}`;
}

/** The table that the function reads: channel by channel, column by column. */
export function scalarTable(channels: readonly Scalar[]): Uint8Array {
  const names = Object.keys(channels[0]!.columns);
  const table = new Uint8Array(channels.length * names.length * COLUMN_BYTES);
  const view = new DataView(table.buffer);
  channels.forEach(({ columns }, channel) => {
    names.forEach((name, index) => {
      const at = (channel * names.length + index) * COLUMN_BYTES;
      const value = columns[name]!;
      if (typeof value === 'bigint') view.setBigInt64(at, value, true);
      else view.setFloat64(at, value, true);
    });
  });
  return table;
}

/** An epilogue that takes one sum at a time: for rules, or parameters, that have no vectors. */
export function defineScalarEpilogue(
  module: ModuleBuilder,
  channels: readonly Scalar[],
  storage: CodeStorage,
): void {
  const { columns, write } = channels[0]!;
  const names = Object.keys(columns);
  const channelBytes = channels.length === 1 ? 0 : names.length * COLUMN_BYTES;
  const bytes = elementBytes(storage) as keyof typeof STORES;
  module.define(scalarName(channels, storage), EPILOGUE_PARAMETERS, (f, p) => {
    const [from, end, to] = [f.local('i32'), f.local('i32'), f.let('i32', p.output)];
    const row = f.let('i32', p.rows);
    const channel = f.local('i32');
    const read: Reader = {
      i64: (name) => i64.load(channel, names.indexOf(name) * COLUMN_BYTES),
      f64: (name) => f64.load(channel, names.indexOf(name) * COLUMN_BYTES),
    };
    f.doWhile(() => {
      f.set(from, p.sums);
      f.set(end, i32.add(p.sums, i32.shl(p.channels, 2)));
      f.set(channel, p.table);
      f.doWhile(
        () => {
          const sum = f.let('i32', i32.load(from));
          f.store(STORES[bytes], to, i32.wrapI64(write(f, sum, read)));
          f.increase(from, 4);
          f.increase(to, bytes);
          if (channelBytes > 0) f.increase(channel, channelBytes);
        },
        i32.ne(from, end),
      );
      f.increase(p.sums, p.sumStrideBytes);
      f.increase(row, -1);
    }, row);
  });
}
