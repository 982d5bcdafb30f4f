import { activationTileBytes, biasTileBytes, weightTileBytes, wholeChannels } from '../array/tile-bytes.js';
import { whole } from '../space/interval.js';
import { wholePositions } from '../space/position-split.js';
import { vectorInputBytes } from '../vector/vector-mapping.js';
import type { Workload } from './workload.js';

/** Bytes of the operands of a layer, each once. */
export interface OperandBytes {
  readonly activations: number;
  /** Of a vector workload, its parameters. */
  readonly weights: number;
  readonly biases: number;
}

export function operandBytes(workload: Workload): OperandBytes {
  switch (workload.kind) {
    case 'array': {
      const positions = wholePositions(workload);
      const inputs = whole(workload.inputChannels);
      const outputs = wholeChannels(workload);
      return {
        activations: activationTileBytes(workload, positions, whole(workload.groups), inputs),
        weights: weightTileBytes(workload, outputs, inputs),
        biases: biasTileBytes(workload, outputs),
      };
    }
    case 'vector':
      return {
        activations: vectorInputBytes(workload, wholePositions(workload), whole(workload.channels)),
        weights: workload.parameterBytes,
        biases: 0,
      };
    default:
      return { activations: 0, weights: 0, biases: 0 };
  }
}
