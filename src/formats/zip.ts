import { crc32 } from 'node:zlib';
import { inflateSync } from 'fflate';
import { UserError } from '../core/errors.js';
import { decodeUtf8, takeBytes, viewOf } from './bytes.js';

/** Record signatures of a zip archive: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16. */
const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 } as const;
const recordBytes = { local: 30, central: 46, end: 22 } as const;
const maxCommentBytes = 0xffff;
/** Deflate cannot shrink data by more than this. */
const maxDeflateRatio = 1032;
/** What 32-bit sizes read as where the real ones are in a zip64 record. */
const zip64Mark = 0xffffffff;

const damaged = 'the archive looks truncated or damaged: fetch or export it again';

interface Member {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly compressedBytes: number;
  readonly contentBytes: number;
  readonly headerOffset: number;
}

/**
 * The contents of a zip archive by member name, in the archive's order; stored and deflated members, checksums
 * verified. Refuses archives that claim more than `maxBytes` of content, or more than their size can hold,
 * before anything is allocated.
 */
export function readZip(bytes: Uint8Array, maxBytes: number): ReadonlyMap<string, Uint8Array> {
  const members = readDirectory(bytes);
  const total = members.reduce((sum, { contentBytes }) => sum + contentBytes, 0);
  const most = Math.min(maxBytes, bytes.length * maxDeflateRatio);
  if (total > most) {
    throw new UserError({
      place: 'zip directory',
      found: `a claim of ${total} bytes of content`,
      expected: `at most ${most} in an archive of ${bytes.length} bytes`,
      suggestion: 'split the archive, or fetch it again if it should be small',
    });
  }
  const contents = new Map<string, Uint8Array>();
  for (const member of members) {
    if (contents.has(member.name)) {
      throw new UserError({
        place: 'zip directory',
        found: `'${member.name}' twice`,
        expected: 'unique names',
      });
    }
    contents.set(member.name, readContent(bytes, member));
  }
  return contents;
}

function readDirectory(bytes: Uint8Array): Member[] {
  const end = viewOf(takeBytes(bytes, findEnd(bytes), recordBytes.end, 'zip end record'));
  const count = end.getUint16(10, true);
  const members: Member[] = [];
  let offset = end.getUint32(16, true);
  while (members.length < count) {
    const record = takeRecord(bytes, offset, 'central');
    const nameBytes = record.getUint16(28, true);
    const member = {
      name: decodeName(takeBytes(bytes, offset + recordBytes.central, nameBytes, 'member name'), offset),
      method: record.getUint16(10, true),
      checksum: record.getUint32(16, true),
      compressedBytes: record.getUint32(20, true),
      contentBytes: record.getUint32(24, true),
      headerOffset: record.getUint32(42, true),
    };
    checkMember(member, record.getUint16(8, true));
    members.push(member);
    offset += recordBytes.central + nameBytes + record.getUint16(30, true) + record.getUint16(32, true);
  }
  return members;
}

/** The end record is last but for a comment of unknown length. */
function findEnd(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  const last = bytes.length - recordBytes.end;
  for (let offset = last; offset >= Math.max(0, last - maxCommentBytes); offset -= 1) {
    if (view.getUint32(offset, true) === signatures.end) return offset;
  }
  throw new UserError({
    place: 'end of the file',
    found: 'no zip directory',
    expected: 'a zip archive',
    suggestion: damaged,
  });
}

function takeRecord(bytes: Uint8Array, offset: number, kind: 'local' | 'central'): DataView {
  const record = viewOf(takeBytes(bytes, offset, recordBytes[kind], `zip ${kind} record`));
  if (record.getUint32(0, true) === signatures[kind]) return record;
  throw new UserError({
    place: `byte ${offset}`,
    found: 'other bytes',
    expected: `a zip ${kind} record`,
    suggestion: damaged,
  });
}

function decodeName(bytes: Uint8Array, offset: number): string {
  const name = decodeUtf8(bytes);
  if (name !== null) return name;
  throw new UserError({
    place: `byte ${offset}`,
    found: 'a name that is not UTF-8',
    expected: 'a member name',
  });
}

function checkMember(
  { name, method, compressedBytes, contentBytes, headerOffset }: Member,
  flags: number,
): void {
  const place = `member '${name}'`;
  if ([compressedBytes, contentBytes, headerOffset].includes(zip64Mark)) {
    throw new UserError({ place, found: 'a zip64 record', expected: 'an archive below 4 GiB' });
  }
  if ((flags & 1) !== 0) throw new UserError({ place, found: 'encryption', expected: 'plain content' });
  if (method !== 0 && method !== 8) {
    throw new UserError({
      place,
      found: `compression method ${method}`,
      expected: '0 (stored) or 8 (deflated)',
    });
  }
}

function readContent(bytes: Uint8Array, member: Member): Uint8Array {
  const local = takeRecord(bytes, member.headerOffset, 'local');
  const start =
    member.headerOffset + recordBytes.local + local.getUint16(26, true) + local.getUint16(28, true);
  const compressed = takeBytes(bytes, start, member.compressedBytes, `member '${member.name}'`);
  const content = member.method === 0 ? compressed : inflate(compressed, member);
  if (content.length !== member.contentBytes || crc32(content) !== member.checksum) {
    throw new UserError({
      place: `member '${member.name}'`,
      found: 'content of another length or checksum',
      expected: 'what the zip directory says',
      suggestion: damaged,
    });
  }
  return content;
}

function inflate(compressed: Uint8Array, { name, contentBytes }: Member): Uint8Array {
  try {
    return inflateSync(compressed, { out: new Uint8Array(contentBytes) });
  } catch (error) {
    throw new UserError({
      place: `member '${name}'`,
      found: `compressed data that does not decode (${error instanceof Error ? error.message : String(error)})`,
      expected: 'deflated content',
      suggestion: damaged,
    });
  }
}
