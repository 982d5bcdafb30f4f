import { assertNever } from '../../core/errors.js';
import type { Accelerator } from '../accelerator.js';
import type { Instruction } from '../isa.js';
import { drainCycles } from './drain.js';
import { requantizeCycles, sumsCycles, vectorCycles } from './post.js';
import { preloadCycles } from './preload.js';
import { streamCycles } from './stream.js';
import { transferCycles } from './transfer.js';

/**
 * Cycles from the start of an instruction to its end, its unit being busy all that time. When it starts is decided by
 * the queues and tokens, not here.
 */
export function instructionCycles(instruction: Instruction, accelerator: Accelerator): number {
  switch (instruction.kind) {
    case 'loadActivations':
    case 'loadWeights':
    case 'loadBias':
    case 'store':
      return transferCycles(instruction.bytes, accelerator.dram);
    case 'preload':
      return preloadCycles(instruction, accelerator);
    case 'stream':
      return streamCycles(instruction, accelerator);
    case 'drain':
      return drainCycles(accelerator);
    case 'requantize':
      return requantizeCycles(instruction, accelerator);
    case 'spill':
    case 'restore':
      return sumsCycles(instruction, accelerator);
    case 'vector':
      return vectorCycles(instruction, accelerator);
    default:
      return assertNever(instruction);
  }
}
