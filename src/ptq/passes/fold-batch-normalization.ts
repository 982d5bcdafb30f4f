import { isAbsent } from '../../core/absent.js';
import type { FloatGraph } from '../../ir/graph.js';
import type { FloatNode } from '../../ir/operators.js';
import { rewriteFloatGraph, type Pass } from '../../ir/pass.js';
import { soleReader, usesOf } from '../../ir/use.js';
import { tensor, type FloatTensor, type Tensor } from '../../tensor/tensor.js';
import { channelAffine } from './channel-affine.js';

/**
 * Folds a batch normalization into the linear operator before it (white paper eqs. 11 and 12):
 *
 *     W' = W · gamma / sqrt(variance + epsilon)       b' = beta + (b − mean) · gamma / sqrt(variance + epsilon)
 *
 * Exact in real numbers; weights and biases are rounded to float32 once. Declines where the un-normalized value is
 * read by somebody else, or where an activation stands between.
 */
export const foldBatchNormalization: Pass<FloatGraph> = {
  name: 'foldBatchNormalization',
  run: (graph, note) => {
    const uses = usesOf(graph);
    const replacements = new Map<FloatNode, readonly FloatNode[]>();
    const constants = new Map<string, Tensor>();
    for (const linear of graph.nodes) {
      if (linear.op !== 'conv2d' && linear.op !== 'convTranspose2d' && linear.op !== 'fullyConnected')
        continue;
      const reader = soleReader(uses, linear.output);
      if (reader?.op !== 'batchNormalization' || linear.activation !== null) continue;
      const [x, weightId, biasId] = linear.inputs as [string, string, string?];
      const weight = graph.constants.get(weightId) as FloatTensor | undefined;
      const bias =
        biasId === undefined ? undefined : (graph.constants.get(biasId) as FloatTensor | undefined);
      if (weight === undefined || (biasId !== undefined && bias === undefined)) {
        note(`'${reader.name}' stays: the weights of '${linear.name}' are not constant`);
        continue;
      }
      const { scale, offset } = channelAffine(graph, reader);
      const perChannel = weight.data.length / scale.length;
      const folded = isAbsent(weight.data)
        ? weight.data
        : weight.data.map((w, i) => w * scale[Math.floor(i / perChannel)]!);
      const foldedBias = Float32Array.from(scale, (s, k) => offset[k]! + (bias?.data[k] ?? 0) * s);
      // Folded weights are still the weights that the source names, unless another layer has them as they are.
      const weightName = soleReader(uses, weightId) === linear ? weightId : `${linear.name}.folded.weight`;
      const biasName = `${linear.name}.folded.bias`;
      constants.set(weightName, tensor('float32', weight.shape, folded));
      constants.set(biasName, tensor('float32', [scale.length], foldedBias));
      replacements.set(linear, [{ ...linear, inputs: [x, weightName, biasName], output: reader.output }]);
      replacements.set(reader, []);
    }
    return rewriteFloatGraph(graph, { replacements, constants });
  },
};
