/**
 * A step from an accumulator to a code, or a part of one, with everything but the accumulator bound. Accumulators are
 * integers of at most 48 bits; what a step makes of them is exact below 2^53 in magnitude, and beyond of the right sign
 * and still beyond, so that clamps to int32 end at the right bound.
 */
export type Round = (acc: number) => number;
