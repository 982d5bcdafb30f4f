import type { Accelerator, MacArray } from '../accelerator.js';
import type { StreamInstruction } from '../isa.js';
import { activationBytes, ceilDivide, weightBytes } from '../storage.js';

/**
 * `vectors` input vectors through the array: one enters a cycle, and no faster than the buffers of the operands that stream
 * deliver their bytes; then the last one passes through the array.
 *
 * Without a bandwidth limit `T + pipelineStages` for a dot-product array and `T + R + C − 2` for a systolic one, R and C
 * being the whole array: an edge tile still crosses all of it. That is SCALE-Sim's weight-stationary fold without its R
 * cycles of weight load, and with T the summed length its output-stationary fold.
 */
export function streamCycles(
  instruction: StreamInstruction,
  { array, activationBuffer, weightBuffer }: Accelerator,
): number {
  const { activations, weights } = streamedOperands(instruction, array);
  const entryCycles = Math.max(
    instruction.vectors,
    ceilDivide(activations * activationBytes(array), activationBuffer.bandwidthBytesPerCycle),
    ceilDivide(weights * weightBytes(array), weightBuffer.bandwidthBytesPerCycle),
  );
  return entryCycles + passCycles(array);
}

/** Values that enter: activations where weights stay, weights where activations stay, both where sums stay. */
export function streamedOperands(
  { vectors, rows, weights = 0 }: StreamInstruction,
  { dataflow }: MacArray,
): { readonly activations: number; readonly weights: number } {
  const values = vectors * rows;
  return dataflow === 'is' ? { activations: 0, weights: values } : { activations: values, weights };
}

/**
 * Cycles of a stream beyond the `vectors` useful ones: those in which no new vector enters, because the array is filling
 * and emptying or because a buffer is too slow for it.
 */
export function fillCycles(instruction: StreamInstruction, accelerator: Accelerator): number {
  return streamCycles(instruction, accelerator) - instruction.vectors;
}

/** From the entry of a vector to the end of its last accumulation, beyond the cycle in which it enters. */
function passCycles(array: MacArray): number {
  return array.kind === 'systolic' ? array.rows + array.columns - 2 : array.pipelineStages;
}
