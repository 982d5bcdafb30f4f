import { assert, UserError } from '../core/errors.js';
import { concatBytes, decodeUtf8, encodeUtf8, takeBytes, viewOf } from './bytes.js';
import { decodeArray, elementBytes, encodeElements, type ElementType, type PlainArray } from './elements.js';

/** A safetensors file: named arrays and a map of text beside them. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, PlainArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The format's own limit. */
const maxHeaderBytes = 100_000_000;
const lengthBytes = 8;
const metadataKey = '__metadata__';

const dtypes: Readonly<Record<ElementType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int8: 'I8',
  uint8: 'U8',
  int16: 'I16',
  uint16: 'U16',
  int32: 'I32',
  uint32: 'U32',
  int64: 'I64',
  uint64: 'U64',
  bool: 'BOOL',
};
const typesByDtype = new Map(Object.entries(dtypes).map(([type, dtype]) => [dtype, type as ElementType]));

/** Where one tensor is: the header's entry for it. */
interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the bytes of a safetensors file (https://github.com/huggingface/safetensors): the length of the header in
 * eight bytes, a JSON header, and the elements of every tensor without gaps or overlaps. Tensors come in the
 * order of the header.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const headerBytes = viewOf(takeBytes(bytes, 0, lengthBytes, 'header length')).getBigUint64(0, true);
  if (headerBytes > maxHeaderBytes) {
    throw new UserError({
      place: 'byte 0',
      found: `a header of ${headerBytes} bytes`,
      expected: `at most ${maxHeaderBytes}`,
      suggestion: 'check that this is a safetensors file',
    });
  }
  const dataOffset = lengthBytes + Number(headerBytes);
  const header = parseHeader(takeBytes(bytes, lengthBytes, Number(headerBytes), 'header'));
  const data = bytes.subarray(dataOffset);
  const metadata = readMetadata(header[metadataKey] ?? {});
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, entry]) => readEntry(name, entry));
  checkCoverage(entries, data.length);
  const tensors = new Map<string, PlainArray>();
  for (const { name, type, shape, start, end } of entries) {
    tensors.set(name, decodeArray(placeOf(name), type, shape, data.subarray(start, end)));
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const text = decodeUtf8(bytes);
  const header = text === null ? null : parseJson(text);
  if (isRecord(header)) return header;
  throw new UserError({
    place: `byte ${lengthBytes}`,
    found: 'a header that is no JSON object',
    expected: 'a safetensors header',
    suggestion: 'check that this is a complete safetensors file',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readMetadata(value: unknown): ReadonlyMap<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : null;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    return new Map(entries);
  throw new UserError({
    place: `header, ${metadataKey}`,
    found: 'something else than a map of text',
    expected: 'an object whose values are strings',
  });
}

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  const type = typeof dtype === 'string' ? typesByDtype.get(dtype) : undefined;
  if (type === undefined) {
    throw new UserError({
      place: placeOf(name),
      found: `dtype ${JSON.stringify(dtype) ?? 'missing'}`,
      expected: `one of ${[...typesByDtype.keys()].join(', ')}`,
    });
  }
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new UserError({
      place: placeOf(name),
      found: `shape ${JSON.stringify(shape)}, data_offsets ${JSON.stringify(offsets)}`,
      expected: 'two lists of counts, the offsets being a start and an end after it',
    });
  }
  return { name, type, shape, start: offsets[0]!, end: offsets[1]! };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

/** Refuses gaps, overlaps, and tensors beyond the data: every byte belongs to exactly one tensor. */
function checkCoverage(entries: readonly Entry[], dataBytes: number): void {
  let covered = 0;
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== covered || end > dataBytes) {
      throw new UserError({
        place: placeOf(name),
        found: `data_offsets [${start}, ${end}]`,
        expected: `a start at ${covered}, where the tensor before ends, and an end within ${dataBytes} bytes`,
        suggestion: 'the file looks truncated or damaged: fetch or export it again',
      });
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new UserError({
      place: 'data',
      found: `${dataBytes} bytes`,
      expected: `the ${covered} bytes that the header describes`,
    });
  }
}

function placeOf(name: string): string {
  return `tensor '${name}'`;
}

/**
 * The bytes of a safetensors file. Equal contents give equal bytes, whatever the order of the maps: wide elements
 * come first, so that each is aligned to its size, then names in code unit order.
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  assert(!tensors.has(metadataKey), 'no tensor has the name of the metadata');
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) => elementBytes(b.type) - elementBytes(a.type) || compare(nameA, nameB),
  );
  const entries: [string, unknown][] = [];
  if (metadata.size > 0) {
    entries.push([metadataKey, Object.fromEntries([...metadata].sort(([a], [b]) => compare(a, b)))]);
  }
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, { type, shape, data }] of ordered) {
    const start = end;
    end += data.byteLength;
    parts.push(encodeElements(data, type));
    entries.push([name, { dtype: dtypes[type], shape, data_offsets: [start, end] }]);
  }
  const text = encodeUtf8(JSON.stringify(Object.fromEntries(entries)));
  const header = new Uint8Array(Math.ceil(text.length / lengthBytes) * lengthBytes).fill(0x20);
  header.set(text);
  const length = new Uint8Array(lengthBytes);
  viewOf(length).setBigUint64(0, BigInt(header.length), true);
  return concatBytes([length, header, ...parts]);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
