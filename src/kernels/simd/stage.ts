import { OutputStage, type StagedNode } from '../fast/output-stage.js';
import type { Result } from '../kernel.js';
import type { KernelMemory, Made } from './kernel-memory.js';

/** Turns int32 sums in the memory into codes. */
export interface Stage {
  /**
   * @param sums the address of the first of `rows` rows, `strideBytes` apart
   * @param made where the codes go, from row `firstRow` of the result on
   */
  readonly run: (sums: number, strideBytes: number, rows: number, made: Made, firstRow: number) => void;
}

/** The stage of a node whose sums fit int32. */
export function bindStage(node: StagedNode, result: Result, memory: KernelMemory): Stage {
  const channels = result.shape.at(-1)!;
  const stage = new OutputStage(node, result);
  return {
    run(sums, strideBytes, rows, { value }, firstRow) {
      const values = new Int32Array(memory.workspace.memory.buffer, sums, (rows * strideBytes) / 4);
      stage.rows(values, strideBytes / 4, rows, channels, value.data, firstRow * channels);
    },
  };
}
