import { elementBytes } from '../../tensor/tensor.js';
import type { StagedNode } from '../fast/output-stage.js';
import type { Result } from '../kernel.js';
import { bindEpilogue } from './epilogue.js';
import type { Range } from './epilogues/plan.js';
import type { KernelMemory, Made } from './kernel-memory.js';

/** Turns rows of int32 sums in the memory into rows of a result. */
export interface Stage {
  /**
   * @param sums the address of the first of `rows` rows, `strideBytes` apart
   * @param made where the codes go, from row `firstRow` of as many channels on
   */
  readonly run: (sums: number, strideBytes: number, rows: number, made: Made, firstRow: number) => void;
}

/** @param sumRange what sums there are, as `bindEpilogue` takes them */
export function bindStage(
  node: StagedNode,
  result: Result,
  channels: number,
  memory: KernelMemory,
  sumRange: number | readonly Range[],
): Stage {
  const epilogue = bindEpilogue(node, result, channels, memory, sumRange);
  return {
    run(sums, strideBytes, rows, { value, address }, firstRow) {
      const to = address + firstRow * channels * elementBytes(value.type);
      epilogue.run(sums, strideBytes, rows, to);
    },
  };
}
