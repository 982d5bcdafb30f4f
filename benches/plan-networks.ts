import { loadAccelerator, loadShapes, simulateShapes } from '../src/index.js';
import { timed } from './performance/rounds.js';

/**
 * How long it takes to plan MobileNetV1 on presets for each goal, in seconds of processor time, first and second run: the search
 * for mappings is nearly all of it.
 *
 * Run it: `npx tsx benches/plan-networks.ts [machine …]`.
 */
const machines = process.argv.length > 2 ? process.argv.slice(2) : ['whitepaper-16x16', 'systolic-16x16-ws'];
const network = await loadShapes('examples/networks/mobilenetv1.csv');
for (const name of machines) {
  const machine = await loadAccelerator(name);
  for (const optimize of ['latency', 'energy', 'edp'] as const) {
    const run = (): unknown => simulateShapes(network, machine, { optimize });
    const runs = [await timed(run), await timed(run)];
    const seconds = runs.map(({ cpuMs }) => (cpuMs / 1000).toFixed(2));
    console.log(`${name} ${optimize}: ${seconds.join(' s, ')} s`);
  }
}
