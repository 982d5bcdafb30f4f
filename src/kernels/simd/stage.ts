import type { IntTensor } from '../../tensor/tensor.js';
import { OutputStage, type StagedNode } from '../fast/output-stage.js';
import type { Result } from '../kernel.js';
import type { KernelMemory } from './kernel-memory.js';

/** Turns int32 sums in the memory into codes. */
export interface Stage {
  /**
   * @param sums the address of the first of `rows` rows, `strideBytes` apart
   * @param made where the codes go, from row `firstRow` of as many channels on
   */
  readonly run: (sums: number, strideBytes: number, rows: number, made: IntTensor, firstRow: number) => void;
}

/** The stage of a node whose sums fit int32. */
export function bindStage(node: StagedNode, result: Result, channels: number, memory: KernelMemory): Stage {
  const stage = new OutputStage(node, result);
  return {
    run(sums, strideBytes, rows, { data }, firstRow) {
      const values = new Int32Array(memory.workspace.memory.buffer, sums, (rows * strideBytes) / 4);
      stage.rows(values, strideBytes / 4, rows, channels, data, firstRow * channels);
    },
  };
}
