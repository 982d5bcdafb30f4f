import type { SimulationResult } from '../engine/result.js';
import { bytes, capacity, energy, groupThousands, share } from './numbers.js';
import { plural, type Fact } from './sections.js';
import { dramBytes } from './simulation-tables.js';

/** What stays on chip, what that saves, what it costs once; nothing where the machine keeps nothing. */
export function residencyFacts({ residency, totals }: SimulationResult): readonly Fact[] {
  if (residency === undefined) return [];
  const { tensors, weightLayers, mostBytes, savedCycles, savedDramBytes, setupCycles } = residency;
  const { setupDramBytes, setupEnergyPicojoules } = residency;
  const traffic = savedDramBytes + dramBytes(totals.counts);
  const cycles = savedCycles + totals.cycles;
  return [
    {
      name: 'on chip',
      value: `${plural(tensors, 'result')} for their readers, weights of ${plural(weightLayers, 'layer')}; at most ${capacity(mostBytes)} at a time`,
    },
    {
      name: 'saved',
      value: `${bytes(savedDramBytes)} of DRAM traffic (${share(savedDramBytes, traffic)}) and ${groupThousands(savedCycles)} cycles (${share(savedCycles, cycles)}) an inference`,
    },
    ...(weightLayers === 0
      ? []
      : [
          {
            name: 'once',
            value: `${bytes(setupDramBytes)} of weights are loaded before the first inference, in ${plural(setupCycles, 'cycle')} and with ${energy(setupEnergyPicojoules)}; no total includes that`,
          },
        ]),
  ];
}
