import type { Accelerator } from '../../hw/accelerator.js';
import { BOTH_ENDS, inOrder, loop, positionLoop } from '../program/loops.js';
import { slotCount } from '../program/slots.js';
import { listed, type ListedProgram, type Token, type UnitLists } from '../program/unit-lists.js';
import { loadWork, storeWork } from '../program/work.js';
import { lengthOf } from '../space/interval.js';
import { once } from '../space/repeated.js';
import { lengthKinds, tileKinds } from '../space/tile-kinds.js';
import { residencyOf, type VectorWorkload } from '../workload/workload.js';
import { loadedParameterBytes, vectorTileCount, vectorWork, type VectorMapping } from './vector-mapping.js';

/** The program of a vector workload as lists of its units: when `scheduleVector` has everything run. */
export function vectorLists(
  workload: VectorWorkload,
  mapping: VectorMapping,
  accelerator: Accelerator,
): ListedProgram {
  const { activationBuffer, outputBuffer } = accelerator;
  const { loadedInputBytes, output: isResident } = residencyOf(workload);
  const parameterBytes = loadedParameterBytes(workload);
  const channelKinds = lengthKinds(mapping.channels);

  const tile = (positions: number, inputs: number, isFirst: boolean): UnitLists => {
    const takes: Token[] = [];
    const gives: Token[] = [];
    if (isFirst && parameterBytes > 0) takes.push('weightsLoaded');
    if (inputs > 0) {
      takes.push('activationsLoaded');
      gives.push('activationsFree');
    }
    if (!isResident) {
      takes.push('outputsFree');
      gives.push('outputsComplete');
    }
    const load = loadWork('loadActivations', inputs);
    const store = storeWork(positions * workload.outputBytes);
    return inOrder([
      ...(inputs > 0 ? [once(listed(load, ['activationsFree'], ['activationsLoaded'], accelerator))] : []),
      once(listed(vectorWork(workload, positions), takes, gives, accelerator)),
      ...(isResident ? [] : [once(listed(store, ['outputsComplete'], ['outputsFree'], accelerator))]),
    ]);
  };

  const parameters = loadWork('loadWeights', parameterBytes);
  const periods = { rowPeriod: 1, columnPeriod: 1 };
  const tiles = positionLoop(
    tileKinds(workload, mapping.positions, periods),
    BOTH_ENDS,
    ({ images, rows, columns }, ends) =>
      loop(channelKinds, ends, (channels, { first }) => {
        const positions = lengthOf(images.outputs) * lengthOf(rows.outputs) * lengthOf(columns.outputs);
        const inputs = images.inputs * rows.inputs * columns.inputs * loadedInputBytes;
        return tile(positions * channels, inputs * channels, first);
      }),
  );
  const tileCount = vectorTileCount(mapping);
  return {
    lists: inOrder([
      ...(parameterBytes > 0 ? [once(listed(parameters, [], ['weightsLoaded'], accelerator))] : []),
      once(tiles),
    ]),
    free: {
      activationsFree: slotCount(activationBuffer.pingPong, tileCount),
      outputsFree: slotCount(outputBuffer.pingPong, tileCount),
    },
  };
}
