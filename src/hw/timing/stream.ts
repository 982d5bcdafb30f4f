import type { Accelerator, MacArray } from '../accelerator.js';
import type { StreamInstruction } from '../isa.js';
import { activationBytes, ceilDivide, weightBytes } from '../storage.js';

/**
 * `vectors` input vectors through the array: one enters a cycle, and no faster than the activation buffer and, where weights
 * stream as well, the weight buffer deliver their bytes; then the last one passes through the array.
 *
 * Without a bandwidth limit `T + pipelineStages` for a dot-product array and `T + R + C − 2` for a systolic one, R and C
 * being the whole array: an edge tile still crosses all of it. That is SCALE-Sim's weight-stationary fold without its R
 * cycles of weight load, and with T the summed length its output-stationary fold.
 */
export function streamCycles(
  instruction: StreamInstruction,
  { array, activationBuffer, weightBuffer }: Accelerator,
): number {
  const activations = instruction.vectors * instruction.rows * activationBytes(array);
  const weights = (instruction.weights ?? 0) * weightBytes(array);
  const entryCycles = Math.max(
    instruction.vectors,
    ceilDivide(activations, activationBuffer.bandwidthBytesPerCycle),
    ceilDivide(weights, weightBuffer.bandwidthBytesPerCycle),
  );
  return entryCycles + passCycles(array);
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
