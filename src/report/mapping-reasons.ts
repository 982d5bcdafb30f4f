import { assertNever } from '../core/errors.js';
import type { Explanation, ExplainedMapping } from '../engine/explain.js';
import { CYCLE_NAMES, ENERGY_COMPONENTS } from '../hw/counts.js';
import { CYCLE_LABELS, ENERGY_LABELS } from './labels.js';
import { energy, groupThousands, percent, setting } from './numbers.js';

/** Differences named at most, the largest first. */
const MOST_NAMED = 2;
/** An operand is loaded more often from here on: less is the overlap of a row or two. */
const MORE_LOADS = 0.005;

/**
 * Why a mapping comes after the choice: what it has more of, in which cycles or components, and which operands it loads more
 * often. `12.3% more cycles: 3,100 more stalled on load, as weights are loaded 4 times instead of once`.
 */
export function whyNot(
  optimize: Explanation['optimize'],
  choice: ExplainedMapping,
  other: ExplainedMapping,
): string {
  const isSlower = other.cycles > choice.cycles;
  const more = [
    ...(optimize === 'energy' || !isSlower ? [] : moreCycles(choice, other)),
    ...(optimize === 'latency' ? [] : moreEnergy(choice, other)),
  ].join(', ');
  const loads = moreLoads(choice, other).join(' and ');
  const because = [more, loads].filter((part) => part !== '').join(', as ');
  return [headline(optimize, choice, other), because].filter((part) => part !== '').join(': ');
}

function headline(
  optimize: Explanation['optimize'],
  choice: ExplainedMapping,
  other: ExplainedMapping,
): string {
  const cycles = compared(choice.cycles, other.cycles, 'cycles');
  const energies = compared(choice.energyPicojoules, other.energyPicojoules, 'energy');
  switch (optimize) {
    case 'latency': {
      const traffic = compared(choice.dramBytes, other.dramBytes, 'DRAM traffic');
      return other.dramBytes > choice.dramBytes ? `${cycles}, ${traffic}` : cycles;
    }
    case 'energy':
      return energies;
    case 'edp':
      return `${compared(choice.value, other.value, 'energy x delay')} (${cycles}, ${energies})`;
    default:
      return assertNever(optimize);
  }
}

function compared(of: number, than: number, what: string): string {
  if (of === than) return `the same ${what}`;
  const fraction = Math.abs(than / of - 1);
  const difference = fraction < 0.0005 ? 'hardly' : percent(fraction);
  const less = what === 'cycles' ? 'fewer' : 'less';
  return `${difference} ${than > of ? 'more' : less} ${what}`;
}

function moreCycles(choice: ExplainedMapping, other: ExplainedMapping): string[] {
  return largest(
    CYCLE_NAMES.map((name) => ({
      more: other.cycleBreakdown[name] - choice.cycleBreakdown[name],
      text: (more) => `${groupThousands(more)} more ${CYCLE_LABELS[name]}`,
    })),
  );
}

function moreEnergy(choice: ExplainedMapping, other: ExplainedMapping): string[] {
  return largest(
    ENERGY_COMPONENTS.map((component) => ({
      more: other.energyBreakdown[component] - choice.energyBreakdown[component],
      text: (more) => `${energy(more)} more ${ENERGY_LABELS[component]}`,
    })),
  );
}

function largest(
  differences: readonly { readonly more: number; readonly text: (more: number) => string }[],
): string[] {
  return differences
    .filter(({ more }) => more > 0)
    .toSorted((a, b) => b.more - a.more)
    .slice(0, MOST_NAMED)
    .map(({ more, text }) => text(more));
}

function moreLoads(choice: ExplainedMapping, other: ExplainedMapping): string[] {
  return (['activations', 'weights', 'biases'] as const).flatMap((operand) => {
    const [chosen, rest] = [choice.timesLoaded[operand], other.timesLoaded[operand]];
    if (chosen === null || rest === null || rest - chosen < MORE_LOADS) return [];
    return [`${operand} are loaded ${times(rest)} instead of ${times(chosen)}`];
  });
}

/** How often in words: `once`, `twice`, `2.5 times`. */
export function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${setting(count)} times`;
}
