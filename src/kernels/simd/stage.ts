import { elementBytes } from '../../tensor/tensor.js';
import type { StagedNode } from '../fast/output-stage.js';
import type { Result } from '../kernel.js';
import { bindEpilogue } from './epilogue.js';
import type { KernelMemory, Made } from './kernel-memory.js';

/** Turns rows of int32 sums in the memory into rows of a result. */
export interface Stage {
  /**
   * @param sums the address of the first of `rows` rows, `strideBytes` apart
   * @param made where the codes go, from row `firstRow` of as many channels on
   */
  readonly run: (sums: number, strideBytes: number, rows: number, made: Made, firstRow: number) => void;
}

/** @param largestSum no sum of the node is larger in magnitude */
export function bindStage(
  node: StagedNode,
  result: Result,
  channels: number,
  memory: KernelMemory,
  largestSum: number,
): Stage {
  const epilogue = bindEpilogue(node, result, channels, memory, largestSum);
  return {
    run(sums, strideBytes, rows, { value, address }, firstRow) {
      const to = address + firstRow * channels * elementBytes(value.type);
      epilogue.run(sums, strideBytes, rows, to);
    },
  };
}
