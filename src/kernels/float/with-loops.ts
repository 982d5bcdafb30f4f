import type { FloatLoops } from './loops.js';
import { PlainLoops } from './plain/loops.js';
import { SimdLoops } from './simd/loops.js';

let ofThread: FloatLoops | null = null;

/**
 * Runs one call of a kernel with the loops of this thread, and takes back the arrays it asked for. Kernels run one at a time
 * within a thread and keep nothing there between calls, so that all of them share a memory as large as the widest needs.
 */
export function withLoops<T>(run: (loops: FloatLoops) => T): T {
  ofThread ??= SimdLoops.create() ?? new PlainLoops();
  try {
    return run(ofThread);
  } finally {
    ofThread.release();
  }
}

/** A copy of values where loops reach it. */
export function copied(loops: FloatLoops, values: Float32Array): Float32Array {
  const copy = loops.floats(values.length);
  copy.set(values);
  return copy;
}
