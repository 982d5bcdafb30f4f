import type { Accelerator } from '../hw/accelerator.js';
import { machineFacts } from './machine.js';
import { factLines } from './sections.js';

/** Changes when a field changes its name or meaning. */
export const MACHINE_SCHEMA = 'bitmac-machine/1';

/** A machine with every default filled in, for people. */
export function renderMachine(machine: Accelerator): string {
  return factLines(machineFacts(machine)).join('\n');
}

export function machineJson(machine: Accelerator): string {
  return JSON.stringify({ schema: MACHINE_SCHEMA, machine }, null, 2);
}
