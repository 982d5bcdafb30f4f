import { assertNever } from '../../core/errors.js';
import type { Requantizer } from '../../arith/requantizer.js';
import { ruleOf } from '../../arith/requantizers/registry.js';
import type { NodeBase } from '../../ir/graph.js';
import { inexpressible, requireZeroPoint, type TensorGrid } from './grid.js';

/** The real number that each channel's accumulator is multiplied by: one entry, or one a channel. */
export function factorsOf(requantizer: Requantizer): number[] {
  switch (requantizer.kind) {
    case 'multiplyShift':
      return requantizer.multipliers.map((multiplier, k) => multiplier * 2 ** -requantizer.shifts[k]!);
    case 'doubleRounding':
      return requantizer.multipliers.map(
        (multiplier, k) => multiplier * 2 ** (requantizer.leftShifts[k]! - 31),
      );
    case 'shift':
      return requantizer.shifts.map((shift) => 2 ** -shift);
    case 'stack': {
      const { factor } = ruleOf(requantizer.rule);
      return requantizer.channels.map((parameters) => {
        const { multiplier, rightShift } = factor(parameters);
        return Number(multiplier) * 2 ** -rightShift;
      });
    }
    default:
      return assertNever(requantizer);
  }
}

/** Narrow multipliers (7 bits and a sign) are this close to the factor they stand for. */
const RELATIVE_TOLERANCE = 2 ** -7;
/** Factors below this move no int32 accumulator by half a code. */
const ABSOLUTE_TOLERANCE = 2 ** -32;

/**
 * A QDQ file says scales and no factor, so a node is expressible only where its factor is the one that the scales of its
 * operands and its result give.
 *
 * @param factors one, or one a channel.
 * @param wanted the same of the scales: one, or one a channel.
 */
export function requireFactors(
  node: NodeBase & { readonly op: string },
  factors: readonly number[],
  wanted: readonly number[],
): void {
  const channels = Math.max(factors.length, wanted.length);
  for (let k = 0; k < channels; k += 1) {
    const factor = factors[factors.length === 1 ? 0 : k]!;
    const expected = wanted[wanted.length === 1 ? 0 : k]!;
    if (Math.abs(factor - expected) <= RELATIVE_TOLERANCE * expected + ABSOLUTE_TOLERANCE) continue;
    const where = channels === 1 ? '' : ` in channel ${k}`;
    throw inexpressible(
      node,
      `a requantizer that multiplies by ${factor}${where}`,
      `${expected}, as its scales say`,
    );
  }
}

/** What follows a node's sum: it must lead to its result's grid. */
interface Stage extends NodeBase {
  readonly op: string;
  readonly requantizer: Requantizer;
  readonly outputZeroPoint: number;
}

/** The zero point that a node adds is its result's, and its requantizer does add one. */
export function requireStage(node: Stage, output: TensorGrid): void {
  requireZeroPoint(node, node.outputZeroPoint, output);
  const { requantizer } = node;
  if (node.outputZeroPoint === 0 || requantizer.kind !== 'stack') return;
  if (ruleOf(requantizer.rule).zeroPoint !== 'none') return;
  throw inexpressible(
    node,
    `requantizer '${requantizer.rule}', which adds no zero point`,
    'a zero point of 0 beside it',
  );
}
