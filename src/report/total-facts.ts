import type { SimulationResult } from '../engine/result.js';
import { bytes, energy, groupThousands, percent, rate, threeDigits } from './numbers.js';
import type { Fact } from './sections.js';
import { dramBytes } from './simulation-tables.js';

/** Latency, throughput, energy, traffic: each figure with what it means. */
export function totalFacts({ totals, accelerator }: SimulationResult): readonly Fact[] {
  const { counts } = totals;
  const sram = counts.activationReadBytes + counts.weightReadBytes + counts.outputReadBytes;
  const sramWritten = counts.activationWriteBytes + counts.weightWriteBytes + counts.outputWriteBytes;
  return [
    {
      name: 'latency',
      value: `${threeDigits(totals.latencyMilliseconds)} ms: ${groupThousands(totals.cycles)} cycles at ${rate(accelerator.clockHertz, 'Hz')}`,
    },
    { name: 'throughput', value: `${threeDigits(totals.inferencesPerSecond)} inferences/s` },
    {
      name: 'speed',
      value: `${threeDigits(totals.teraOperationsPerSecond)} TOPS (two operations a MAC), array ${percent(totals.utilization)} used`,
    },
    {
      name: 'energy',
      value: `${energy(totals.energyPicojoules)} an inference, ${threeDigits(totals.teraOperationsPerSecondPerWatt)} TOPS/W`,
    },
    { name: 'MACs', value: groupThousands(totals.macs) },
    { name: 'SRAM', value: `${bytes(sram)} read, ${bytes(sramWritten)} written` },
    {
      name: 'DRAM',
      value: `${bytes(counts.dramReadBytes)} read, ${bytes(counts.dramWriteBytes)} written, ${bytes(dramBytes(counts))} in all`,
    },
  ];
}
