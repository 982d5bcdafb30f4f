import { loadAccelerator, loadShapes, simulateShapes, type SimulationResult } from '../src/index.js';
import { valueOf } from '../src/lower/goal.js';
import { timed } from './performance/rounds.js';

/**
 * How long it takes to plan MobileNetV1 on presets for each goal, in seconds of processor time, first and second run: the search
 * for mappings is nearly all of it. Then what the tolerance of the search costs: the goal's value in all layers together, and DRAM
 * traffic, of what a search without one finds.
 *
 * Run it: `npx tsx benches/plan-networks.ts [machine …]`.
 */
const presets = ['whitepaper-16x16', 'systolic-16x16-ws', 'edge-tpu-like', 'nvdla-small'];
const machines = process.argv.length > 2 ? process.argv.slice(2) : presets;
const network = await loadShapes('examples/networks/mobilenetv1.csv');
for (const name of machines) {
  const machine = await loadAccelerator(name);
  for (const optimize of ['latency', 'energy', 'edp'] as const) {
    let found: SimulationResult | null = null;
    const run = (): unknown => (found = simulateShapes(network, machine, { optimize }));
    const runs = [await timed(run), await timed(run)];
    const exact = simulateShapes(network, machine, { optimize, tolerance: 0 });
    const seconds = runs.map(({ cpuMs }) => (cpuMs / 1000).toFixed(2));
    const valueIn = ({ layers }: SimulationResult): number =>
      layers.reduce((sum, layer) => sum + valueOf(optimize, layer), 0);
    const ratio = (figure: (of: SimulationResult) => number): string =>
      (figure(found!) / figure(exact)).toFixed(4);
    console.log(
      `${name} ${optimize}: ${seconds[0]} s, ${seconds[1]} s; of a search without tolerance: ` +
        `value ${ratio(valueIn)}, traffic ${ratio(bytesIn)}`,
    );
  }
}

function bytesIn({ totals: { counts } }: SimulationResult): number {
  return counts.dramReadBytes + counts.dramWriteBytes;
}
