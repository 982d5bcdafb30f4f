import type { Accelerator } from '../../hw/accelerator.js';
import { activationTileBytes, biasTileBytes, weightTileBytes, wholeChannels } from '../array/tile-bytes.js';
import { whole } from '../space/interval.js';
import { wholePositions } from '../space/position-split.js';
import { loadedParameterBytes, vectorInputBytes } from '../vector/vector-mapping.js';
import { residencyOf, type Workload } from './workload.js';

/** Bytes of the operands of a layer, each once; of those that are on chip none. */
export interface OperandBytes {
  readonly activations: number;
  /** Of a vector workload, its parameters. */
  readonly weights: number;
  readonly biases: number;
}

export function operandBytes(workload: Workload, { array }: Accelerator): OperandBytes {
  switch (workload.kind) {
    case 'array': {
      const positions = wholePositions(workload);
      const inputs = whole(workload.inputChannels);
      const outputs = wholeChannels(workload);
      const residency = residencyOf(workload);
      const activations = activationTileBytes(workload, positions, whole(workload.groups), inputs);
      return {
        activations: residency.inputs > 0 ? 0 : activations,
        weights: residency.weights ? 0 : weightTileBytes(workload, outputs, inputs, array),
        biases: residency.weights ? 0 : biasTileBytes(workload, outputs),
      };
    }
    case 'vector':
      return {
        activations: vectorInputBytes(workload, wholePositions(workload), whole(workload.channels)),
        weights: loadedParameterBytes(workload),
        biases: 0,
      };
    default:
      return { activations: 0, weights: 0, biases: 0 };
  }
}
