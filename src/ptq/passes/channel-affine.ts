import { assert } from '../../core/errors.js';
import type { FloatGraph } from '../../ir/graph.js';
import type { FloatBatchNormalization } from '../../ir/ops/normalization.js';

/** A batch normalization as `y = scale · x + offset` per channel, in double precision. Its parameters are constants. */
export function channelAffine(
  graph: FloatGraph,
  node: FloatBatchNormalization,
): { readonly scale: Float64Array; readonly offset: Float64Array } {
  const [gamma, beta, mean, variance] = node.inputs.slice(1).map((id) => {
    const constant = graph.constants.get(id);
    assert(constant !== undefined, 'batch normalization has constant parameters', { node: node.name, id });
    return constant.data;
  });
  const scale = Float64Array.from(gamma!, (g, k) => g / Math.sqrt(variance![k]! + node.epsilon));
  const offset = Float64Array.from(beta!, (b, k) => b - mean![k]! * scale[k]!);
  return { scale, offset };
}
