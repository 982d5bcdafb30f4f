import { damagedFile } from './flatbuffer-file.js';
import type { FlatTable } from './flatbuffers.js';

/** A byte that stands for one of `names`, the first of them where it is left out. */
export function readChoice<Name extends string>(
  table: FlatTable,
  id: number,
  field: string,
  names: readonly Name[],
): Name {
  const code = table.int8(id, field);
  const name = names[code];
  if (name !== undefined) return name;
  throw table.refuse(field, {
    found: `code ${code}`,
    expected: `one of ${names.map((known, index) => `${index} (${known})`).join(', ')}`,
    suggestion: 'the file is damaged, or newer than the schema we know',
  });
}

/** Indices below `count`; with `optional`, −1 stands for something that was left out. */
export function readIndices(
  table: FlatTable,
  id: number,
  field: string,
  count: number,
  absence: 'required' | 'optional' = 'required',
): readonly number[] {
  const indices = table.int32s(id, field) ?? [];
  const lowest = absence === 'optional' ? -1 : 0;
  const wrong = indices.find((index) => index < lowest || index >= count);
  if (wrong === undefined) return indices;
  throw table.refuse(field, {
    found: `tensor ${wrong}`,
    expected: `an index from ${lowest} to ${count - 1}`,
    suggestion: damagedFile,
  });
}
