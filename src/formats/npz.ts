import { zipSync, type Zippable } from 'fflate';
import { UserError } from '../core/errors.js';
import type { PlainArray } from './elements.js';
import { defaultMaxBytes } from './gzip.js';
import { readNpy, writeNpy } from './npy.js';
import { readZip } from './zip.js';

const suffix = '.npy';
/** The earliest time a zip archive can state; a fixed one, so that equal arrays give equal bytes. */
const epoch = new Date(1980, 0, 1);

/**
 * The arrays in the bytes of a .npz file (a zip archive of .npy files), by name, in the archive's order.
 * Refuses archives that claim more than `maxBytes` of content.
 */
export function readNpz(
  bytes: Uint8Array,
  maxBytes: number = defaultMaxBytes,
): ReadonlyMap<string, PlainArray> {
  const arrays = new Map<string, PlainArray>();
  for (const [member, content] of readZip(bytes, maxBytes)) {
    arrays.set(member.replace(/\.npy$/, ''), readMember(member, content));
  }
  return arrays;
}

/** The array of one member; errors say which member they are about. */
function readMember(member: string, content: Uint8Array): PlainArray {
  try {
    return readNpy(content);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const place = [`member '${member}'`, error.details.place].filter((part) => part !== undefined).join(', ');
    throw new UserError({ ...error.details, place });
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
