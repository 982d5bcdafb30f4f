import type { Accelerator } from '../../hw/accelerator.js';
import type { Instruction } from '../../hw/isa.js';
import { instructionCycles } from '../../hw/timing/instruction-cycles.js';

/** An instruction before its tokens are known. */
export type Work = Instruction extends infer I
  ? I extends Instruction
    ? Omit<I, 'waitsFor'>
    : never
  : never;

/** Cycles an instruction takes once it runs. */
export function workCycles(work: Work, accelerator: Accelerator): number {
  return instructionCycles({ ...work, waitsFor: [] }, accelerator);
}

/** Cycles of a load of so many bytes; none takes no time. */
export function loadCycles(bytes: number, accelerator: Accelerator): number {
  return bytes === 0 ? 0 : workCycles({ kind: 'loadActivations', unit: 'load', bytes }, accelerator);
}

/** Transfers between DRAM and chip: how many, and their bytes together. */
export interface Transfers {
  readonly count: number;
  readonly bytes: number;
}

export const NO_TRANSFERS: Transfers = { count: 0, bytes: 0 };

/** Cycles that the DRAM is busy with transfers at least: exactly that, but for what each loses to rounding up. */
export function transferCycles({ count, bytes }: Transfers, accelerator: Accelerator): number {
  return Math.max(count - 1, 0) * accelerator.dram.latencyCycles + loadCycles(bytes, accelerator);
}
