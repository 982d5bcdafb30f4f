import { unzipSync, zipSync, type Zippable } from 'fflate';
import { UserError } from '../core/errors.js';
import type { PlainArray } from './elements.js';
import { defaultMaxBytes } from './gzip.js';
import { readNpy, writeNpy } from './npy.js';

const suffix = '.npy';
/** Deflate cannot shrink data by more than this. */
const maxDeflateRatio = 1032;
/** The earliest time a zip archive can state; a fixed one, so that equal arrays give equal bytes. */
const epoch = new Date(1980, 0, 1);

/**
 * The arrays in the bytes of a .npz file (a zip archive of .npy files), by name, in the archive's order.
 * Refuses archives that claim more than `maxBytes` of content. Checksums of the archive are not verified.
 */
export function readNpz(
  bytes: Uint8Array,
  maxBytes: number = defaultMaxBytes,
): ReadonlyMap<string, PlainArray> {
  const arrays = new Map<string, PlainArray>();
  for (const [member, content] of unzip(bytes, maxBytes)) {
    arrays.set(
      member.slice(0, -suffix.length),
      inMember(member, () => readNpy(content)),
    );
  }
  return arrays;
}

function unzip(bytes: Uint8Array, maxBytes: number): Map<string, Uint8Array> {
  const declaredBytes = new Map<string, number>();
  let total = 0;
  const members = guarded(() =>
    unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        total += originalSize;
        if (!name.endsWith(suffix) || declaredBytes.has(name)) {
          throw new UserError({
            place: 'zip',
            found: `the member '${name}'`,
            expected: '.npy files, each once',
          });
        }
        if (total > maxBytes || originalSize > size * maxDeflateRatio) {
          throw new UserError({
            place: `member '${name}'`,
            found: `a claim of ${originalSize} bytes in ${size}`,
            expected: `at most ${maxBytes} bytes in all, compressed at most ${maxDeflateRatio}-fold`,
          });
        }
        declaredBytes.set(name, originalSize);
        return true;
      },
    }),
  );
  return new Map(Array.from(declaredBytes.keys(), (name) => [name, members[name]!]));
}

/** Runs the decompressor; whatever it trips over becomes a `UserError`. */
function guarded<T>(unzip: () => T): T {
  try {
    return unzip();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({
      place: 'zip',
      found: `an archive that does not decode (${error instanceof Error ? error.message : String(error)})`,
      expected: 'a .npz file',
      suggestion: 'write the file with numpy.savez, or fetch it again',
    });
  }
}

/** Runs a reader; its errors say which member they are about. */
function inMember<T>(member: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { place } = error.details;
    throw new UserError({
      ...error.details,
      place: place === undefined ? `member '${member}'` : `member '${member}', ${place}`,
    });
  }
}

/** The bytes of a .npz file of the arrays, in the order of the map; `compress` deflates them. */
export function writeNpz(
  arrays: ReadonlyMap<string, PlainArray>,
  { compress = false }: { readonly compress?: boolean } = {},
): Uint8Array {
  const level = compress ? 6 : 0;
  const members: Zippable = {};
  for (const [name, array] of arrays)
    members[`${name}${suffix}`] = [writeNpy(array), { level, mtime: epoch }];
  return zipSync(members);
}
