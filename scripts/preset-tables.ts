import { fileURLToPath } from 'node:url';
import { simulateShapes } from '../src/engine/simulate.js';
import type { Accelerator, SramBuffer } from '../src/hw/accelerator.js';
import { derivedFigures } from '../src/hw/derived-figures.js';
import { acceleratorPresets, loadAccelerator } from '../src/hw/load-accelerator.js';
import { loadShapes } from '../src/load-shapes.js';
import { capacity, energy, groupThousands, percent, rate, si } from '../src/report/numbers.js';
import { dramBytesPerCycle } from '../src/report/machine.js';
import { code, markdownTable } from './markdown.js';

const NETWORK = fileURLToPath(new URL('../examples/networks/mobilenetv1.csv', import.meta.url));

/** Tables of docs/reference/presets.md, by the name of their markers. */
export type Tables = ReadonlyMap<string, string>;

const machinesOf = (): Promise<Accelerator[]> => Promise.all(acceleratorPresets().map(loadAccelerator));

/** What the presets are. */
export async function presetTables(): Promise<Tables> {
  const machines = await machinesOf();
  return new Map([
    ['machines', machineTable(machines)],
    ['memories', memoryTable(machines)],
  ]);
}

/** What they do with a network. Takes some seconds. */
export async function presetResults(): Promise<Tables> {
  return new Map([['mobilenetv1', await networkTable(await machinesOf(), NETWORK)]]);
}

function machineTable(machines: readonly Accelerator[]): string {
  const header = ['preset', 'array', 'MACs', 'operands', 'clock', 'peak', 'requantizer', 'vector'];
  const rows = machines.map((machine) => {
    const { array, clockHertz, requantizer, vector } = machine;
    const { macUnits, peakMacsPerSecond } = derivedFigures(machine);
    return [
      code(machine.name),
      `${array.rows} × ${array.columns} ${array.kind}`,
      groupThousands(macUnits),
      `${array.activationBits} × ${array.weightBits} bit`,
      rate(clockHertz, 'Hz'),
      rate(peakMacsPerSecond, 'MAC/s'),
      `${requantizer.lanes} a cycle`,
      `${vector.lanes} a cycle`,
    ];
  });
  return markdownTable(header, rows);
}

function memoryTable(machines: readonly Accelerator[]): string {
  const header = ['preset', 'activations', 'weights', 'outputs', 'accumulators', 'DRAM', 'latency', 'burst'];
  const rows = machines.map((machine) => {
    const { activationBuffer, weightBuffer, outputBuffer, unified, dram, clockHertz } = machine;
    return [
      code(machine.name),
      buffer(activationBuffer),
      ...(unified === true ? ['the same', 'the same'] : [buffer(weightBuffer), buffer(outputBuffer)]),
      capacity(derivedFigures(machine).accumulatorBytes),
      rate(dramBytesPerCycle(dram) * clockHertz, 'B/s'),
      `${dram.latencyCycles} cycles`,
      `${dram.burstBytes} B`,
    ];
  });
  return markdownTable(header, rows);
}

function buffer({ capacityBytes, bandwidthBytesPerCycle }: SramBuffer): string {
  return `${capacity(capacityBytes)}, ${bandwidthBytesPerCycle} B/cycle`;
}

async function networkTable(machines: readonly Accelerator[], file: string): Promise<string> {
  const network = await loadShapes(file);
  const rows = machines.map((machine) => {
    const { totals } = simulateShapes(network, machine);
    return [
      code(machine.name),
      groupThousands(totals.cycles),
      si(totals.latencyMilliseconds / 1e3, 's'),
      percent(totals.utilization),
      energy(totals.energyPicojoules),
      totals.teraOperationsPerSecondPerWatt.toFixed(3),
    ];
  });
  return markdownTable(['preset', 'cycles', 'latency', 'array used', 'energy', 'TOPS/W'], rows, 'right');
}
