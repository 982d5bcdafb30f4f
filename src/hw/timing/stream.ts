import type { Accelerator, MacArray } from '../accelerator.js';
import type { StreamInstruction } from '../isa.js';
import { operandMode } from '../operand-mode.js';
import { ceilDivide, rowBytes } from '../storage.js';

/**
 * `vectors` input vectors through the array: one enters a cycle (`entryCycles`), and no faster than the buffers of the operands that stream
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
  const { storedActivationBits, storedWeightBits } = operandMode(instruction, array);
  const enteringCycles = Math.max(
    entryCycles(instruction, array),
    ceilDivide(rowBytes(activations, storedActivationBits), activationBuffer.bandwidthBytesPerCycle),
    ceilDivide(rowBytes(weights, storedWeightBits), weightBuffer.bandwidthBytesPerCycle),
  );
  return enteringCycles + passCycles(array);
}

/** Cycles in which vectors enter where no buffer is in the way: one each. Of terms that stream, all lanes take one in a cycle. */
export function entryCycles(
  instruction: Pick<StreamInstruction, 'vectors' | 'packed'>,
  array: MacArray,
): number {
  const { vectors } = instruction;
  return array.dataflow === 'os' ? ceilDivide(vectors, operandMode(instruction, array).lanes) : vectors;
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
 * Cycles of a stream beyond the useful ones (`entryCycles`): those in which no new vector enters, because the array is filling
 * and emptying or because a buffer is too slow for it.
 */
export function fillCycles(instruction: StreamInstruction, accelerator: Accelerator): number {
  return streamCycles(instruction, accelerator) - entryCycles(instruction, accelerator.array);
}

/** From the entry of a vector to the end of its last accumulation, beyond the cycle in which it enters. */
export function passCycles(array: MacArray): number {
  return array.kind === 'systolic' ? array.rows + array.columns - 2 : array.pipelineStages;
}
