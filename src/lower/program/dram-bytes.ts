import type { Accelerator } from '../../hw/accelerator.js';
import type { LayerProgram } from '../../hw/isa.js';
import { burstBytes } from '../../hw/storage.js';

/** Bytes a program moves between DRAM and chip: whole bursts, as they are counted and costed. */
export function dramBytesOf(program: LayerProgram, { dram }: Accelerator): number {
  let bytes = 0;
  for (const instruction of program) {
    if (instruction.unit === 'load' || instruction.unit === 'store')
      bytes += burstBytes(instruction.bytes, dram);
  }
  return bytes;
}
