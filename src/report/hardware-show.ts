import type { Accelerator } from '../hw/accelerator.js';
import { derivedFigures } from '../hw/derived-figures.js';
import { capacity, groupThousands, rate } from './numbers.js';
import { printable } from './plain-text.js';

/** Changes when a field changes its name or meaning. */
export const HARDWARE_SHOW_SCHEMA = 'bitmac-hw/1';

/** A machine file and, as a comment at its end, what follows from it: the whole is a machine file again. */
export function renderHardware(machine: Accelerator, text: string): string {
  const { macUnits, peakMacsPerSecond, sramBytes, accumulatorBytes } = derivedFigures(machine);
  const figures = [
    `${groupThousands(macUnits)} MACs`,
    `peak ${rate(peakMacsPerSecond, 'MAC/s')}`,
    `${capacity(sramBytes)} of buffers`,
    `${capacity(accumulatorBytes)} of accumulators`,
  ];
  return [...text.trimEnd().split('\n').map(printable), '', `# ${figures.join(', ')}`].join('\n');
}

export function hardwareJson(machine: Accelerator): string {
  return JSON.stringify({ schema: HARDWARE_SHOW_SCHEMA, machine, derived: derivedFigures(machine) }, null, 2);
}
