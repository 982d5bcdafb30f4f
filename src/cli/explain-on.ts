import { didYouMean } from '../core/did-you-mean.js';
import { UserError } from '../core/errors.js';
import { explain, type Explanation } from '../engine/explain.js';
import type { SearchSettings } from '../engine/layer-plan.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { NetworkSource } from './network-source.js';

/** How the layers of a network, or the one that is named, got their mappings. The machine can run the network. */
export function explainOn(
  { label, network }: NetworkSource,
  accelerator: Accelerator,
  settings: SearchSettings,
  layer: string | undefined,
): Explanation {
  const explanation = explain(network, accelerator, { ...settings, layer });
  if (layer !== undefined && explanation.layers.length === 0) throw notMapped(label, layer, network);
  return { ...explanation, model: label };
}

function notMapped(file: string, layer: string, { layers }: NetworkSource['network']): UserError {
  const exists = layers.some(({ name }) => name === layer);
  const mapped = layers.filter(({ workload }) => workload.kind === 'array' || workload.kind === 'vector');
  const meant = exists
    ? null
    : didYouMean(
        layer,
        layers.map(({ name }) => name),
      );
  return new UserError({
    file,
    place: '--layer',
    found: exists ? `'${layer}', which the machine does not compute` : `'${layer}'`,
    expected: `the name of one of its ${mapped.length} mapped layers`,
    suggestion: meant === null ? 'leave --layer out to see them all' : `did you mean '${meant}'?`,
  });
}
