import { loadAccelerator, loadShapes, simulateShapes } from '../src/index.js';

/**
 * How long it takes to simulate the shapes of MobileNetV1 on presets for each goal, in seconds of processor time, the first time
 * and again, when the plans are remembered.
 *
 * Run it: `npx tsx benches/plan-networks.ts [machine …]`.
 */
const machines = process.argv.length > 2 ? process.argv.slice(2) : ['whitepaper-16x16', 'systolic-16x16-ws'];
const network = await loadShapes('examples/networks/mobilenetv1.csv');
for (const name of machines) {
  const machine = await loadAccelerator(name);
  for (const optimize of ['latency', 'energy', 'edp'] as const) {
    const seconds = [1, 2].map(() => {
      const before = process.cpuUsage().user;
      simulateShapes(network, machine, { optimize });
      return ((process.cpuUsage().user - before) / 1e6).toFixed(3);
    });
    console.log(`${name} ${optimize}: ${seconds.join(' s, ')} s`);
  }
}
