import type { TfliteActivation } from '../../../formats/tflite-options.js';
import type { RealRange } from '../../../ir/ops/real-range.js';
import type { OperatorImport } from '../operator-import.js';

/** The range of a fused activation (`CalculateActivationRange`, kernels/kernel_util.h); null without one. */
export function fusedRange(node: OperatorImport, activation: TfliteActivation): RealRange | null {
  switch (activation) {
    case 'NONE':
      return null;
    case 'RELU':
      return { min: 0, max: Infinity };
    case 'RELU_N1_TO_1':
      return { min: -1, max: 1 };
    case 'RELU6':
      return { min: 0, max: 6 };
    default:
      throw node.refuse({
        found: `the fused activation ${activation}`,
        expected: 'NONE, RELU, RELU_N1_TO_1 or RELU6',
      });
  }
}
