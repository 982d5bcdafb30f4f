import type { IntFullyConnected, IntMatMul } from '../../ir/ops/matrix.js';
import { broadcastStrides } from '../../tensor/shape.js';
import type { BindKernel } from '../kernel.js';
import type { AccumulatorsOf } from './accumulate.js';
import { outputCode } from './output-code.js';
import { offsetOf, tabulate } from './tabulate.js';

/** `acc = bias + Σ (weight − weightZeroPoint) · x` over the last axis of x, ascending after the bias. */
export const fullyConnected =
  (accumulators: AccumulatorsOf): BindKernel<IntFullyConnected> =>
  (node, _operands, result) => {
    const accumulate = accumulators(node, result);
    return ([x, weight, bias]) => {
      const [outputFeatures, inputFeatures] = weight!.shape as [number, number];
      const products = new Float64Array(inputFeatures);
      return tabulate(result, (_index, position) => {
        const output = position % outputFeatures;
        const row = Math.floor(position / outputFeatures) * inputFeatures;
        for (let i = 0; i < inputFeatures; i += 1) {
          products[i] =
            (weight!.data[output * inputFeatures + i]! - node.weightZeroPoint) * x!.data[row + i]!;
        }
        return outputCode(accumulate(bias!.data[output]!, products, position), node, output);
      });
    };
  };

/**
 * `acc = Σ (a − inputZeroPoints[0]) · (b − inputZeroPoints[1])` over a's last axis and b's second to last, ascending after
 * an initial 0.
 */
export const matMul =
  (accumulators: AccumulatorsOf): BindKernel<IntMatMul> =>
  (node, _operands, result) => {
    const accumulate = accumulators(node, result);
    return ([a, b]) => {
      const [aZeroPoint, bZeroPoint] = node.inputZeroPoints;
      const depth = a!.shape.at(-1)!;
      const columns = b!.shape.at(-1)!;
      const batch = result.shape.slice(0, -2);
      const aStrides = broadcastStrides(a!.shape, [...batch, result.shape.at(-2)!, depth]);
      const bStrides = broadcastStrides(b!.shape, [...batch, depth, columns]);
      const products = new Float64Array(depth);
      return tabulate(result, (index, position) => {
        const column = index.at(-1)!;
        const aFirst = offsetOf([...index.slice(0, -1), 0], aStrides);
        const bFirst = offsetOf([...index.slice(0, -2), 0, column], bStrides);
        for (let k = 0; k < depth; k += 1) {
          products[k] = (a!.data[aFirst + k]! - aZeroPoint) * (b!.data[bFirst + k * columns]! - bZeroPoint);
        }
        return outputCode(accumulate(0, products, position), node, column);
      });
    };
  };
