/**
 * Zeros that stand for numbers that nobody has. They share one memory, so that they take no room however many there are; and
 * work on nothing but them is left undone: a copy of them in another order would be the same zeros.
 */

interface ElementArray<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): A;
}

let memory = new ArrayBuffer(0);
const memories = new WeakSet<ArrayBufferLike>();

/** So many of them. Never written to. */
export function absentNumbers<A>(constructor: ElementArray<A>, count: number): A {
  const byteLength = count * constructor.BYTES_PER_ELEMENT;
  if (byteLength > memory.byteLength) {
    memory = new ArrayBuffer(byteLength);
    memories.add(memory);
  }
  return new constructor(memory, 0, count);
}

export function isAbsent({ buffer }: ArrayBufferView): boolean {
  return memories.has(buffer);
}
