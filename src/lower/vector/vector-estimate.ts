import type { Accelerator } from '../../hw/accelerator.js';
import type { Estimate } from '../mapping-search.js';
import { loadCycles, transferCycles, workCycles, type Transfers } from '../program/work.js';
import { countedLengths, countedPositions, total } from '../space/counted.js';
import {
  firstPositions,
  lastPositions,
  positionCount,
  readingTileCount,
  tileBoxes,
  totalInputPositions,
  wholePositions,
} from '../space/position-split.js';
import type { VectorWorkload } from '../workload/workload.js';
import {
  vectorInputBytes,
  vectorOutputBytes,
  vectorTileCount,
  vectorWork,
  type VectorMapping,
} from './vector-mapping.js';

/** Cycles that the program of a mapping takes at least, and its number of instructions. */
export function estimateVector(
  workload: VectorWorkload,
  mapping: VectorMapping,
  accelerator: Accelerator,
): Estimate {
  const { positions, channels } = mapping;
  const transfers = vectorTransfers(workload, mapping);
  const start =
    loadCycles(workload.parameterBytes, accelerator) +
    loadCycles(vectorInputBytes(workload, firstPositions(positions), channels[0]!), accelerator);
  const end = loadCycles(
    vectorOutputBytes(workload, lastPositions(positions), channels.at(-1)!),
    accelerator,
  );
  const post = total(countedPositions(tileBoxes(positions)), (size) =>
    total(countedLengths(channels), (count) => workCycles(vectorWork(workload, size * count), accelerator)),
  );
  return {
    cycles: Math.max(start + post + end, transferCycles(transfers, accelerator)),
    instructions: vectorTileCount(mapping) + transfers.count,
    dramBytes: transfers.bytes,
  };
}

function vectorTransfers(workload: VectorWorkload, mapping: VectorMapping): Transfers {
  const { positions, channels } = mapping;
  const inputs = totalInputPositions(positions) * workload.channels * workload.inputBytes;
  const outputs = positionCount(wholePositions(workload)) * workload.channels * workload.outputBytes;
  const loads = workload.inputBytes === 0 ? 0 : readingTileCount(positions) * channels.length;
  return {
    count: loads + vectorTileCount(mapping) + (workload.parameterBytes === 0 ? 0 : 1),
    bytes: inputs + outputs + workload.parameterBytes,
  };
}
