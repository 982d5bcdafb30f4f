import type { Accelerator } from '../../hw/accelerator.js';
import type { Estimate } from '../mapping-search.js';
import { loadCycles, NO_TRANSFERS, transferCycles, workCycles, type Transfers } from '../program/work.js';
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
import { residencyOf, type VectorWorkload } from '../workload/workload.js';
import {
  loadedParameterBytes,
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
    loadCycles(loadedParameterBytes(workload), accelerator) +
    loadCycles(vectorInputBytes(workload, firstPositions(positions), channels[0]!), accelerator);
  const lastBytes = vectorOutputBytes(workload, lastPositions(positions), channels.at(-1)!);
  const end = residencyOf(workload).output ? 0 : loadCycles(lastBytes, accelerator);
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
  const { loadedInputBytes, output } = residencyOf(workload);
  const parameterBytes = loadedParameterBytes(workload);
  const inputs = totalInputPositions(positions) * workload.channels * loadedInputBytes;
  const outputs = positionCount(wholePositions(workload)) * workload.channels * workload.outputBytes;
  const loads = loadedInputBytes === 0 ? 0 : readingTileCount(positions) * channels.length;
  const stores = output ? NO_TRANSFERS : { count: vectorTileCount(mapping), bytes: outputs };
  return {
    count: loads + stores.count + (parameterBytes === 0 ? 0 : 1),
    bytes: inputs + stores.bytes + parameterBytes,
  };
}
