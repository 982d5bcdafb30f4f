import { fits, type IntFormat } from '../../arith/int-format.js';
import { accumulatorOf } from '../../arith/requantize.js';
import type { CodeRange, Requantizer } from '../../arith/requantizer.js';
import { assert } from '../../core/errors.js';
import type { Result } from '../kernel.js';
import { asAccumulator } from '../reference/output-code.js';
import { estimateOf, type Estimate } from './estimate.js';
import { formatOf, type Codes } from './operands.js';
import { bindRequantizer, requantizeFast, type FastRequantizer } from './requantize.js';

/** Integers, all exact. */
export type Sums = Float64Array | Int32Array;

/** The part of a node that turns sums into codes. */
export interface StagedNode {
  readonly name: string;
  readonly op: string;
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
  readonly clamp: CodeRange;
}

/**
 * Rows of sums → output codes, as the reference's `outputCode`: check, multiply and round, add the zero point,
 * clamp. A sum is an int32 where `sum | 0` is the sum itself.
 *
 * An estimate in doubles settles nearly all sums (`estimate.ts`), the exact steps of `requantize.ts` the rest. Codes are
 * within 2^18 of the zero point wherever the estimate is used, and an estimate of 2^20 and more in magnitude, which
 * proves nothing, is off by a tiny fraction of itself: it ends at the same clamp as the exact value. It is an int32.
 */
export class OutputStage {
  readonly #node: StagedNode;
  readonly #accumulator: IntFormat;
  readonly #exact: FastRequantizer;
  readonly #estimate: Estimate;
  readonly #zeroPoint: number;
  readonly #min: number;
  readonly #max: number;

  constructor(node: StagedNode, result: Result) {
    const { clamp, outputZeroPoint } = node;
    const format = formatOf(result);
    assert(fits(clamp.min, format) && fits(clamp.max, format), 'a clamp lies in the format', {
      clamp,
      format,
    });
    const farthest = Math.max(outputZeroPoint - clamp.min, clamp.max - outputZeroPoint);
    this.#node = node;
    this.#accumulator = accumulatorOf(node.requantizer);
    this.#exact = bindRequantizer(node.requantizer, {
      zeroPoint: outputZeroPoint,
      min: clamp.min,
      max: clamp.max,
    });
    this.#estimate = estimateOf(node.requantizer, farthest <= 2 ** 18);
    this.#zeroPoint = outputZeroPoint;
    this.#min = clamp.min;
    this.#max = clamp.max;
  }

  /** Whether every channel is treated alike, so that the channel may be any number. */
  get isUniform(): boolean {
    return this.#exact.channelMask === 0;
  }

  /** Codes of `channels` sums that begin at `from`; the codes begin at `at`. */
  row(sums: Sums, from: number, channels: number, output: Codes, at: number): void {
    // Fields are read once: V8 reads them again after every store.
    const { scales, reaches, bias } = this.#estimate;
    const channelMask = this.#exact.channelMask;
    const max = this.#max;
    const range = max - this.#min;
    const minToZero = this.#zeroPoint - this.#min;
    for (let channel = 0; channel < channels; channel += 1) {
      const sum = sums[from + channel]!;
      const entry = channel & channelMask;
      const y = sum * scales[entry]! + bias;
      const floor = Math.floor(y);
      if ((sum | 0) === sum && Math.abs(y - floor - 0.5) < reaches[entry]!) {
        // Without branches, which a ReLU makes hard to predict.
        output[at + channel] = max - positivePart(range - positivePart(floor + minToZero));
      } else {
        output[at + channel] = this.#exactCode(sum, channel);
      }
    }
  }

  /** Codes of `rows` rows of `channels` sums that begin `stride` apart; the codes lie side by side from `at` on. */
  rows(sums: Sums, stride: number, rows: number, channels: number, output: Codes, at: number): void {
    for (let row = 0; row < rows; row += 1) {
      this.row(sums, row * stride, channels, output, at + row * channels);
    }
  }

  #exactCode(sum: number, channel: number): number {
    // Says which node's sum it is; making the text takes time.
    if ((sum | 0) !== sum) asAccumulator(sum, this.#accumulator, this.#node);
    return requantizeFast(this.#exact, sum, channel);
  }
}

/** `max(value, 0)` of an int32. */
function positivePart(value: number): number {
  return value & ~(value >> 31);
}
