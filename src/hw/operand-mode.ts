import { rememberedOf } from '../core/remembered-of.js';
import type { MacArray, PackedLanes } from './accelerator.js';

/** How operands go through the multipliers: at the widths of the array, one pair a cycle, or in packed lanes. */
export interface OperandMode {
  /** Pairs of operands that a multiplier takes in a cycle: terms of the summed dimension. */
  readonly lanes: number;
  /** Bits of an operand in the array. */
  readonly activationBits: number;
  readonly weightBits: number;
  /** Bits it occupies in its buffer. */
  readonly storedActivationBits: number;
  readonly storedWeightBits: number;
}

/**
 * The mode of an instruction. Weights of packed lanes are packed in the weight buffer and in DRAM, where nobody but the
 * array reads them; everything else takes whole bytes.
 */
export function operandMode(
  { packed }: { readonly packed?: PackedLanes | undefined },
  array: MacArray,
): OperandMode {
  return packed === undefined ? fullWidthMode(array) : packedMode(packed);
}

/** Asked for again and again, of the same arrays. */
const fullWidthMode = rememberedOf(({ activationBits, weightBits }: MacArray): OperandMode => ({
  lanes: 1,
  activationBits,
  weightBits,
  storedActivationBits: wholeBytes(activationBits),
  storedWeightBits: wholeBytes(weightBits),
}));

function packedMode({ lanes, activationBits, weightBits }: PackedLanes): OperandMode {
  return {
    lanes,
    activationBits,
    weightBits,
    storedActivationBits: wholeBytes(activationBits),
    storedWeightBits: weightBits,
  };
}

/** The packed lanes for operands of these widths: of those that are wide enough the most, the narrowest of equals. */
export function lanesFor(
  operands: { readonly activationBits: number; readonly weightBits: number },
  { packedLanes }: MacArray,
): PackedLanes | undefined {
  return packedLanes
    ?.filter(
      ({ activationBits, weightBits }) =>
        operands.activationBits <= activationBits && operands.weightBits <= weightBits,
    )
    .sort(
      (a, b) => b.lanes - a.lanes || a.weightBits - b.weightBits || a.activationBits - b.activationBits,
    )[0];
}

/** Pairs of operands that a multiplier of the array takes in a cycle at most. */
export function mostLanes({ packedLanes = [] }: MacArray): number {
  return Math.max(1, ...packedLanes.map(({ lanes }) => lanes));
}

/** Bits of the whole bytes that a value takes by itself. */
function wholeBytes(bits: number): number {
  return 8 * Math.ceil(bits / 8);
}
