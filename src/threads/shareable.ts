const VIEWS = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;

/** A copy of a plain value with its typed arrays on shared buffers, which messages do not copy again. */
export function shareable<T>(value: T): T {
  return copied(value) as T;
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return sharedView(value);
  if (Array.isArray(value)) return value.map(copied);
  if (value instanceof Set) return value;
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copied(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)]));
}

function sharedView(view: ArrayBufferView): ArrayBufferView {
  const View = VIEWS.find((type) => view instanceof type);
  if (View === undefined || view.buffer instanceof SharedArrayBuffer) return view;
  const Shared = View as new (buffer: ArrayBufferLike) => Float64Array;
  const copy = new Shared(new SharedArrayBuffer(view.byteLength));
  copy.set(view as Float64Array);
  return copy;
}
