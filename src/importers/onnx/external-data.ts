import { UserError } from '../../core/errors.js';
import type { PlainArray } from '../../formats/elements.js';
import type { OnnxTensor } from '../../formats/onnx.js';
import { decodeOnnxTensor, rawDataBytes } from '../../formats/onnx-tensor.js';
import type { OnnxImportOptions } from './options.js';

/**
 * The elements of a tensor, fetched through `readExternal` where the file keeps them elsewhere
 * (onnx/docs/ExternalData.md). The file's word is not trusted: a location that is absolute or climbs out of the model's
 * folder is refused before anything is read.
 */
export function decodeTensor(
  tensor: OnnxTensor,
  readExternal: OnnxImportOptions['readExternal'],
): PlainArray {
  if (tensor.data?.field !== 'external_data' || readExternal === undefined) return decodeOnnxTensor(tensor);
  const place = `tensor '${tensor.name}'`;
  const entries = new Map(tensor.data.values.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  if (!staysInside(location)) {
    throw new UserError({
      place,
      found: `external data at '${location}'`,
      expected: "a relative path inside the model's folder",
    });
  }
  const file = readExternal(location);
  const offset = byteCount(place, 'offset', entries.get('offset') ?? '0');
  const length = byteCount(place, 'length', entries.get('length') ?? `${file.length - offset}`);
  if (offset + length > file.length) {
    throw new UserError({
      place,
      found: `external data up to byte ${offset + length} of '${location}'`,
      expected: `at most its ${file.length} bytes`,
      suggestion: 'the file looks truncated: fetch or export it again',
    });
  }
  // Before anything is read: a tensor of two elements may name a file of gigabytes.
  const expected = rawDataBytes(tensor);
  if (length !== expected) {
    throw new UserError({
      place,
      found: `${length} bytes of external data`,
      expected: `${expected} bytes for shape [${tensor.dims.join(', ')}]`,
    });
  }
  const values = file.subarray(offset, offset + length);
  return decodeOnnxTensor({ ...tensor, data: { field: 'raw_data', values } });
}

/** Whether a path, read on any operating system, names a file below the folder it is relative to. */
function staysInside(path: string): boolean {
  const parts = path.split(/[\\/]/);
  const rooted = parts[0] === '' || parts[0]!.includes(':');
  return !rooted && !path.includes('\0') && parts.at(-1) !== '' && !parts.includes('..');
}

function byteCount(place: string, key: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new UserError({ place, found: `external data with ${key} '${text}'`, expected: 'a count of bytes' });
}
