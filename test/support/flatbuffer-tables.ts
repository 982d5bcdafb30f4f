import type { Builder } from 'flatbuffers';

/** A field of a table by its number: a scalar, or where the builder put what the field leads to. */
export type Field = { readonly id: number } & (
  | { readonly int8: number }
  | { readonly int32: number }
  | { readonly uint32: number }
  | { readonly uint64: bigint }
  | { readonly float32: number }
  | { readonly at: number }
);

/** A table of just these fields; all are written, default or not. */
export function tableOf(builder: Builder, fields: readonly Field[]): number {
  builder.startObject(Math.max(0, ...fields.map(({ id }) => id + 1)));
  for (const field of fields) {
    if ('int8' in field) builder.addFieldInt8(field.id, field.int8, null);
    else if ('int32' in field) builder.addFieldInt32(field.id, field.int32, null);
    else if ('uint32' in field) builder.addFieldInt32(field.id, field.uint32, null);
    else if ('uint64' in field) builder.addFieldInt64(field.id, field.uint64, null);
    else if ('float32' in field) builder.addFieldFloat32(field.id, field.float32, null);
    else builder.addFieldOffset(field.id, field.at, 0);
  }
  return builder.endObject();
}

/** A vector of `bytesEach` bytes an element; builders write from the end. */
function vectorOf<T>(
  builder: Builder,
  values: ArrayLike<T>,
  bytesEach: number,
  add: (value: T) => void,
): number {
  builder.startVector(bytesEach, values.length, bytesEach);
  for (let index = values.length - 1; index >= 0; index -= 1) add(values[index]!);
  return builder.endVector();
}

export function intsOf(builder: Builder, values: readonly number[]): number {
  return vectorOf(builder, values, 4, (value) => builder.addInt32(value));
}

export function floatsOf(builder: Builder, values: readonly number[]): number {
  return vectorOf(builder, values, 4, (value) => builder.addFloat32(value));
}

export function int64sOf(builder: Builder, values: readonly number[]): number {
  return vectorOf(builder, values, 8, (value) => builder.addInt64(BigInt(value)));
}

export function bytesOf(builder: Builder, values: Uint8Array): number {
  return builder.createByteVector(values);
}

export function tablesOf(builder: Builder, tables: readonly number[]): number {
  return vectorOf(builder, tables, 4, (table) => builder.addOffset(table));
}
