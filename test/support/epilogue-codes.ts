import type { IntFormat } from '../../src/arith/int-format.js';
import { requantizeToCode } from '../../src/arith/requantize.js';
import type { CodeRange, Requantizer } from '../../src/arith/requantizer.js';
import { bindEpilogue, type Epilogue } from '../../src/kernels/simd/epilogue.js';
import type { Range } from '../../src/kernels/simd/epilogues/plan.js';
import { KernelMemory, SLACK_BYTES } from '../../src/kernels/simd/kernel-memory.js';
import { storageType, zeros } from '../../src/tensor/tensor.js';

/** Sums of some rows of channels, and what makes codes of them. */
export interface EpilogueCase {
  readonly requantizer: Requantizer;
  readonly format: IntFormat;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
  readonly channels: number;
  /** Row by row. */
  readonly sums: readonly number[];
  /** Room between rows, in sums. */
  readonly gap: number;
  readonly sumRange?: number | readonly Range[];
}

/** What bytes after the output hold. */
const UNTOUCHED = 0x5a;

/** One memory for all cases: what a case needs lies among the constants, which grow. */
const memory = new KernelMemory();

/** What an epilogue was, and where its codes differ from the definition, in words. */
export interface EpilogueOutcome {
  readonly kind: Epilogue['kind'];
  readonly codes: readonly number[];
  readonly misses: readonly string[];
}

/** Runs the emitted epilogue of a case, and the definition. */
export function epilogueOutcome(request: EpilogueCase): EpilogueOutcome {
  const { requantizer, format, outputZeroPoint, clamp, channels, sums, gap, sumRange } = request;
  const rows = sums.length / channels;
  const type = { kind: 'int', format, quantization: null } as const;
  const node = { name: 'n', op: 'conv2d', requantizer, outputZeroPoint, clamp };
  const epilogue = bindEpilogue(node, { shape: [rows, channels], type }, channels, memory, sumRange);

  const { workspace } = memory;
  const stride = channels + gap;
  const spread = new Int32Array(rows * stride + SLACK_BYTES / 4).fill(0x5a5a5a5a);
  sums.forEach((sum, index) => {
    spread[Math.floor(index / channels) * stride + (index % channels)] = sum;
  });
  const codes = zeros(storageType(format), [sums.length]).data;
  const at = workspace.constant(spread);
  const to = workspace.constant(new Uint8Array(codes.byteLength + SLACK_BYTES).fill(UNTOUCHED));
  epilogue.run(at, 4 * stride, rows, to);

  const bytes = new Uint8Array(workspace.memory.buffer, to, codes.byteLength + SLACK_BYTES);
  new Uint8Array(codes.buffer).set(bytes.subarray(0, codes.byteLength));
  const misses = bytes.subarray(codes.byteLength).every((byte) => byte === UNTOUCHED)
    ? []
    : ['wrote past the output'];
  sums.forEach((sum, index) => {
    const expected = requantizeToCode(sum, requantizer, index % channels, outputZeroPoint, clamp);
    if (codes[index] !== expected)
      misses.push(`${sum} (channel ${index % channels}) -> ${codes[index]}, expected ${expected}`);
  });
  return { kind: epilogue.kind, codes: [...codes], misses };
}
