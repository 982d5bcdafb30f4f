import { didYouMean } from '../core/did-you-mean.js';
import { UserError } from '../core/errors.js';
import { explain } from '../engine/explain.js';
import type { SearchSettings } from '../engine/layer-plan.js';
import type { Accelerator } from '../hw/accelerator.js';
import { explanationJson } from '../report/explanation-json.js';
import { renderExplanation } from '../report/explanation-text.js';
import type { Io } from './io.js';
import type { NetworkSource } from './network-source.js';

/** What to print of an explanation: the layers, or the one that is named. */
interface Printed {
  readonly layer: string | undefined;
  readonly form: 'text' | 'json' | 'csv';
}

/** Prints how the layers of a network got their mappings. The machine can run the network. */
export function printExplanation(
  io: Io,
  { label, network }: NetworkSource,
  accelerator: Accelerator,
  settings: SearchSettings,
  { layer, form }: Printed,
): void {
  const explanation = explain(network, accelerator, { ...settings, layer });
  if (layer !== undefined && explanation.layers.length === 0) throw notMapped(label, layer, network);
  const named = { ...explanation, model: label };
  io.out(form === 'json' ? explanationJson(named) : renderExplanation(named));
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
