import { elementCount } from '../tensor/shape.js';
import { zeros } from '../tensor/tensor.js';
import type { ArgMax } from '../ir/ops/arg-max.js';
import type { BindKernel } from './kernel.js';

/** Shared by all kernel sets: a comparison has no arithmetic to state twice. NaN is never the largest. */
export const argMax: BindKernel<ArgMax> = ({ axis }, [x], { shape }) => {
  const extent = x!.shape[axis]!;
  const inner = elementCount(x!.shape.slice(axis + 1));
  return ([values]) => {
    const { data } = values!;
    const output = zeros('int32', shape);
    for (let i = 0; i < output.data.length; i += 1) {
      const first = Math.floor(i / inner) * extent * inner + (i % inner);
      let best = 0;
      for (let k = 1; k < extent; k += 1) {
        if (data[first + k * inner]! > data[first + best * inner]!) best = k;
      }
      output.data[i] = best;
    }
    return output;
  };
};
