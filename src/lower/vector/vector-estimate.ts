import type { Accelerator } from '../../hw/accelerator.js';
import type { Estimate } from '../candidate.js';
import {
  countedDramBytes,
  countedWork,
  countsOf,
  dramCycles,
  instructionsOf,
  vectorUnitCycles,
  type CountedWork,
} from '../program/counted-work.js';
import { loadCycles, loadWork, storeWork } from '../program/work.js';
import { countedLengths, productOf, scaled } from '../space/counted.js';
import {
  countedInputPositions,
  countedOutputPositions,
  firstPositions,
  lastPositions,
} from '../space/position-split.js';
import { residencyOf, type VectorWorkload } from '../workload/workload.js';
import {
  loadedParameterBytes,
  vectorInputBytes,
  vectorOutputBytes,
  vectorWork,
  type VectorMapping,
} from './vector-mapping.js';

/** Cycles that the program of a mapping takes at least; everything else of it is exact. */
export function estimateVector(
  workload: VectorWorkload,
  mapping: VectorMapping,
  accelerator: Accelerator,
): Estimate {
  const { positions, channels } = mapping;
  const works = vectorWorks(workload, mapping);
  const start =
    loadCycles(loadedParameterBytes(workload), accelerator) +
    loadCycles(vectorInputBytes(workload, firstPositions(positions), channels[0]!), accelerator);
  const lastBytes = vectorOutputBytes(workload, lastPositions(positions), channels.at(-1)!);
  const end = residencyOf(workload).output ? 0 : loadCycles(lastBytes, accelerator);
  const compute = start + vectorUnitCycles(works, accelerator) + end;
  return {
    cycles: Math.max(compute, dramCycles(works, accelerator)),
    instructions: instructionsOf(works),
    dramBytes: countedDramBytes(works, accelerator),
    counts: () => countsOf(works, accelerator),
  };
}

/** Every instruction of the program of a mapping. */
function vectorWorks(workload: VectorWorkload, { positions, channels }: VectorMapping): CountedWork[] {
  const { loadedInputBytes, output } = residencyOf(workload);
  const parameterBytes = loadedParameterBytes(workload);
  const sizes = countedLengths(channels);
  const outputs = productOf(countedOutputPositions(positions), sizes);
  const inputs = loadedInputBytes === 0 ? [] : productOf(countedInputPositions(positions), sizes);
  return [
    ...(parameterBytes === 0 ? [] : [{ work: loadWork('loadWeights', parameterBytes), count: 1 }]),
    ...countedWork(scaled(inputs, loadedInputBytes), (bytes) => loadWork('loadActivations', bytes)),
    ...countedWork(outputs, (count) => vectorWork(workload, count)),
    ...(output ? [] : countedWork(scaled(outputs, workload.outputBytes), storeWork)),
  ];
}
