import { assertNever } from '../core/errors.js';
import type { Instruction, StreamInstruction } from '../hw/isa.js';

/** What an instruction works on, as listings and timelines print it. */
export function operandText(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'loadActivations':
    case 'loadWeights':
    case 'loadBias':
    case 'store':
      return `${instruction.bytes} bytes`;
    case 'preload':
      return `${instruction.rows}x${instruction.columns}, ${instruction.values} ${instruction.operand}${lanesText(instruction)}`;
    case 'stream': {
      const block = `${instruction.rows}x${instruction.columns}`;
      return `${instruction.vectors} vectors x ${block}, ${instruction.accumulates ? 'adds' : 'writes'}${lanesText(instruction)}`;
    }
    case 'drain': {
      const sums = `${instruction.rows}x${instruction.columns} sums`;
      return `${sums}, ${instruction.accumulates ? 'adds' : 'writes'}`;
    }
    case 'requantize':
      return `${instruction.elements} elements`;
    case 'spill':
    case 'restore':
      return `${instruction.elements} sums, ${instruction.outputBytes} bytes`;
    case 'vector':
      return `${instruction.operations} operations`;
    default:
      return assertNever(instruction);
  }
}

function lanesText({ packed }: Pick<StreamInstruction, 'packed'>): string {
  return packed === undefined ? '' : ` in ${packed.lanes} lanes`;
}
