import type { Accelerator } from '../../hw/accelerator.js';
import { slotCount, Slots } from '../program/slots.js';
import type { Place, Step } from '../program/step.js';
import { lengthOf, whole } from '../space/interval.js';
import { positionCount, positionTiles } from '../space/position-split.js';
import { residencyOf, type VectorWorkload } from '../workload/workload.js';
import {
  vectorInputBytes,
  vectorOutputBytes,
  vectorTileCount,
  vectorWork,
  type VectorMapping,
} from './vector-mapping.js';

/** The steps of a vector workload: parameters once; then for each tile a load, a `vector` and a store, but for what is resident. */
export function scheduleVector(
  workload: VectorWorkload,
  mapping: VectorMapping,
  { activationBuffer, outputBuffer }: Accelerator,
): readonly Step[] {
  const tiles = vectorTileCount(mapping);
  const activations = new Slots(slotCount(activationBuffer.pingPong, tiles));
  const outputs = new Slots(slotCount(outputBuffer.pingPong, tiles));
  const residency = residencyOf(workload);
  const steps: Step[] = [];
  const parameters = parameterPlaces(workload, steps);
  const residents = Array.from({ length: residency.inputs }, (_, input): Place => `residentInput${input}`);
  for (const positions of positionTiles(mapping.positions)) {
    for (const outputChannels of mapping.channels) {
      const reads = [...parameters, ...residents];
      const bytes = vectorInputBytes(workload, positions, outputChannels);
      if (bytes > 0) {
        const place: Place = `activation${activations.next()}`;
        steps.push({
          work: { kind: 'loadActivations', unit: 'load', bytes },
          part: { of: 'activations', positions, groups: whole(1), inputChannels: outputChannels },
          reads: [],
          writes: [place],
        });
        reads.push(place);
      }
      const work = vectorWork(workload, positionCount(positions) * lengthOf(outputChannels));
      const output: Place = residency.output ? 'residentOutput0' : `output${outputs.next()}`;
      const channels = { groups: whole(1), outputChannels };
      const part = { of: 'outputs', positions, channels } as const;
      steps.push({ work, part, reads, writes: [output] });
      if (residency.output) continue;
      steps.push({
        work: { kind: 'store', unit: 'store', bytes: vectorOutputBytes(workload, positions, outputChannels) },
        part,
        reads: [output],
        writes: [],
      });
    }
  }
  return steps;
}

/** Where the parameters are, with the load it takes. */
function parameterPlaces(workload: VectorWorkload, steps: Step[]): readonly Place[] {
  const { parameterBytes } = workload;
  if (parameterBytes === 0) return [];
  if (residencyOf(workload).weights) return ['residentWeight0'];
  steps.push({
    work: { kind: 'loadWeights', unit: 'load', bytes: parameterBytes },
    part: { of: 'parameters' },
    reads: [],
    writes: ['weight0'],
  });
  return ['weight0'];
}
