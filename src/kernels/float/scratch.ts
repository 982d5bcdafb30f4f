let buffer = new Float64Array(0);

/**
 * At least `length` doubles of unspecified content, valid until the next call. Kernels run one at a time within a thread
 * and keep nothing here between calls, so that all of them share one buffer as large as the widest of them needs.
 */
export function scratch(length: number): Float64Array {
  if (buffer.length < length) buffer = new Float64Array(length);
  return buffer;
}

/** `length` of the values from `start`, as doubles in scratch memory. */
export function widened(values: Float32Array, start: number, length: number): Float64Array {
  const doubles = scratch(length);
  for (let i = 0; i < length; i += 1) doubles[i] = values[start + i]!;
  return doubles;
}
