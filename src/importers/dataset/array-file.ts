import { UserError } from '../../core/errors.js';
import type { PlainArray } from '../../formats/elements.js';
import { gunzipIfNeeded } from '../../formats/gzip.js';
import { readIdx } from '../../formats/idx.js';
import { readImage } from '../../formats/image.js';
import { readNpy } from '../../formats/npy.js';
import { readNpz } from '../../formats/npz.js';
import { startsWith } from '../../formats/bytes.js';

const npyMagic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const zipMagic = [0x50, 0x4b];
const idxMagic = [0, 0];

/** A path that may name one array of an archive: `digits.npz#test_images`. */
export function splitMember(path: string): { readonly file: string; readonly member: string | null } {
  const hash = path.lastIndexOf('#');
  return hash < 0
    ? { file: path, member: null }
    : { file: path.slice(0, hash), member: path.slice(hash + 1) };
}

/**
 * The array in the bytes of a data file, whatever it is: npy, one member of an npz, idx (each also under gzip), or an
 * image, which becomes one row [1, height, width, channels].
 *
 * @throws UserError where the bytes are none of these or the member is not there.
 */
export function readArrayFile(fileBytes: Uint8Array, member: string | null): PlainArray {
  const bytes = gunzipIfNeeded(fileBytes);
  if (startsWith(bytes, zipMagic)) return memberOf(readNpz(bytes), member);
  if (member !== null) {
    throw new UserError({
      place: `'#${member}'`,
      found: 'a file that is no npz archive',
      suggestion: 'leave the # off',
    });
  }
  if (startsWith(bytes, npyMagic)) return readNpy(bytes);
  if (startsWith(bytes, idxMagic)) return readIdx(bytes);
  const { width, height, channels, data } = readImage(bytes);
  return { type: 'uint8', shape: [1, height, width, channels], data };
}

function memberOf(arrays: ReadonlyMap<string, PlainArray>, member: string | null): PlainArray {
  const names = [...arrays.keys()];
  const name = member ?? (names.length === 1 ? names[0]! : null);
  const array = name === null ? undefined : arrays.get(name);
  if (array !== undefined) return array;
  throw new UserError({
    place: 'npz archive',
    found: member === null ? `${names.length} arrays and no choice among them` : `no array '${member}'`,
    expected: `one of ${names.join(', ')}`,
    suggestion: 'name one: file.npz#array',
  });
}

/** Whether the bytes are a .npy or .npz file, or one under gzip. */
export function isNumpyFile(fileBytes: Uint8Array): boolean {
  const bytes = gunzipIfNeeded(fileBytes);
  return startsWith(bytes, npyMagic) || startsWith(bytes, zipMagic);
}

/** Every array of a .npz archive by name; null where the bytes are none. */
export function readArchive(fileBytes: Uint8Array): ReadonlyMap<string, PlainArray> | null {
  return startsWith(fileBytes, zipMagic) ? readNpz(fileBytes) : null;
}

/** The elements as doubles; 64-bit integers must be exact ones. */
export function asNumbers(array: PlainArray): ArrayLike<number> {
  if (array.type !== 'int64' && array.type !== 'uint64') return array.data;
  return Float64Array.from(array.data, (value) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      throw new UserError({ place: 'array', found: `${value}`, expected: 'integers of at most 53 bits' });
    }
    return number;
  });
}
