import type { FloatGraph } from '../ir/graph.js';
import type { Pass } from '../ir/pass.js';
import { verified } from '../ir/verify.js';
import { foldBatchNormalization } from './passes/fold-batch-normalization.js';
import { foldConstants } from './passes/fold-constants.js';
import { fuseActivations } from './passes/fuse-activations.js';
import { lowerChannelAffine } from './passes/lower-channel-affine.js';
import { lowerDivision } from './passes/lower-division.js';

/** In the order they run: folding first, so that only what could not be folded is lowered. */
const PASSES: readonly Pass<FloatGraph>[] = [
  foldConstants,
  foldBatchNormalization,
  lowerDivision,
  lowerChannelAffine,
  fuseActivations,
];

/** The float graph that is quantized: the same function in real numbers, with fewer and larger operators. */
export function prepareForQuantization(graph: FloatGraph, note: (text: string) => void): FloatGraph {
  return PASSES.reduce(
    (current, pass) =>
      verified(
        pass.run(current, (text) => note(`${pass.name}: ${text}`)),
        pass.name,
      ),
    graph,
  );
}
