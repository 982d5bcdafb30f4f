import type { Accelerator } from '../hw/accelerator.js';

/** How cycles get their names on a machine. */
export function cycleRule({ array }: Accelerator): string {
  return (
    'While the array streams, a cycle in which a vector enters is stream, any other fill. Every other cycle has the first of ' +
    'these names that applies: drain, weight load, requantize, vector, stalled on load, stalled on store, idle. What runs ' +
    'beside something named earlier is hidden by it.' +
    (array.dataflow === 'is' ? ' Weight load is the load of the activations, which stay.' : '')
  );
}

/** Of a network that is a list of shapes. */
export const SHAPES_ONLY =
  'shapes only: no values, so no outputs and no accuracy, and nothing says whether sums fit the accumulators.';

/** What the figures leave out, so that nobody compares them with figures that include it. */
export function notIncluded({ residency }: Accelerator): readonly string[] {
  const source = residency === undefined ? 'DRAM' : 'DRAM, but for what stays on chip';
  const overlap = `Overlap of layers: a layer begins when the one before it has stored its last result, and reads its operands from ${source}.`;
  return [overlap, ...NEVER_INCLUDED];
}

const NEVER_INCLUDED: readonly string[] = [
  'Host work and everything else outside the machine: it has no cycles and no energy here.',
  'DRAM banks, refresh and turnaround (every transfer pays the whole latency); conflicts of two units on one buffer.',
  'Energy of clock tree, control, instruction fetch, wires between units, and of unused rows and columns, which are taken ' +
    'to be gated. Costs do not depend on the values, but for MACs that a machine gates.',
];
