import { assert, assertNever } from '../core/errors.js';
import type { MacArray } from '../hw/accelerator.js';
import { blockExtents } from '../lower/array/array-passes.js';
import type { Step } from '../lower/program/step.js';
import { lengthOf } from '../lower/space/interval.js';
import type { ArrayShape } from '../lower/workload/workload.js';
import type { ArrayOperands } from './array-operands.js';
import { streamedCodes } from './streamed-codes.js';

/**
 * Bits that flip at the multipliers while the streams of a program pass, counted in the order in which its codes enter.
 *
 * A row of the array (and, where sums stay, a column) has an operand register, zero before the layer's first stream. A code
 * that enters flips the bits in which it differs from the one before it, at each multiplier that makes a product of it. Taps
 * on padding bring the zero point. Unused rows hold what they have. `docs/reference/energy.md`, section 8.
 */
export function operandToggles(
  shape: ArrayShape,
  steps: readonly Step[],
  operands: ArrayOperands,
  array: MacArray,
): number {
  const activations = new OperandRegisters(array.rows, array.activationBits);
  const weights = new OperandRegisters(Math.max(array.rows, array.columns), array.weightBits);
  for (const { work, part } of steps) {
    if (work.kind !== 'stream') continue;
    assert(part.of === 'products', 'a stream makes products', { of: part.of });
    const { groups, depth, outputs } = blockExtents(part.block);
    const positions = lengthOf(part.run);
    const { activation, weight } = streamedCodes(shape, operands, part);
    switch (array.dataflow) {
      case 'ws':
        activations.enter(groups * depth, positions, activation, outputs);
        break;
      case 'os':
        activations.enter(positions, groups * depth, (row, term) => activation(term, row), outputs);
        weights.enter(
          groups * outputs,
          depth,
          (column, k) => weight(Math.floor(column / outputs) * depth + k, column % outputs),
          positions,
        );
        break;
      case 'is':
        weights.enter(depth, outputs, weight, positions);
        break;
      default:
        assertNever(array.dataflow);
    }
  }
  return activations.flips + weights.flips;
}

/** The last code of each row (or column) of the array, and the bits that flipped. */
class OperandRegisters {
  flips = 0;
  readonly #last: Int32Array;
  readonly #mask: number;

  constructor(rows: number, bits: number) {
    this.#last = new Int32Array(rows);
    this.#mask = 2 ** bits - 1;
  }

  /**
   * @param codeAt by row and place in the order of entry
   * @param multipliers that make a product of each code
   */
  enter(
    rows: number,
    length: number,
    codeAt: (row: number, place: number) => number,
    multipliers: number,
  ): void {
    let flips = 0;
    for (let row = 0; row < rows; row += 1) {
      let last = this.#last[row]!;
      for (let place = 0; place < length; place += 1) {
        const code = codeAt(row, place);
        flips += bitCount((code ^ last) & this.#mask);
        last = code;
      }
      this.#last[row] = last;
    }
    this.flips += flips * multipliers;
  }
}

/** Ones among the lowest 16 bits. */
function bitCount(bits: number): number {
  const pairs = bits - ((bits >> 1) & 0x5555);
  const nibbles = (pairs & 0x3333) + ((pairs >> 2) & 0x3333);
  const bytes = (nibbles + (nibbles >> 4)) & 0x0f0f;
  return (bytes + (bytes >> 8)) & 0x1f;
}
