import type { Accelerator } from '../../hw/accelerator.js';
import type { Instruction, LoadInstruction } from '../../hw/isa.js';
import { instructionCycles } from '../../hw/timing/instruction-cycles.js';
import { transferCycles } from '../../hw/timing/transfer.js';

/** An instruction before its tokens are known. */
export type Work = Instruction extends infer I
  ? I extends Instruction
    ? Omit<I, 'waitsFor'>
    : never
  : never;

/** Cycles an instruction takes once it runs; no duration depends on what it waits for. */
export function workCycles(work: Work, accelerator: Accelerator): number {
  return instructionCycles(work as Instruction, accelerator);
}

export function loadWork(kind: LoadInstruction['kind'], bytes: number): Omit<LoadInstruction, 'waitsFor'> {
  return { kind, unit: 'load', bytes };
}

export function storeWork(bytes: number): Work {
  return { kind: 'store', unit: 'store', bytes };
}

/** Cycles of a load of so many bytes; none takes no time. */
export function loadCycles(bytes: number, { dram }: Accelerator): number {
  return bytes === 0 ? 0 : transferCycles(bytes, dram);
}
