import { unsigned } from './leb128.js';

/** The immediates of a load or store: no promise about alignment, and what is added to the address. */
export function memoryOperand(offset: number): number[] {
  return [0, ...unsigned(offset)];
}
