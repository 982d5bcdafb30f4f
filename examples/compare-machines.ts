/**
 * Cycles and energy of the bundled model on every machine that comes with bitmac, with the layer that takes longest.
 * None of the three depends on values, so random inputs are enough to quantize with.
 *
 * Run with `node --import tsx examples/compare-machines.ts`. Outside this repository, import from 'bitmac'.
 */
import { fileURLToPath } from 'node:url';
import { acceleratorPresets, loadAccelerator, loadModel, quantize, simulate, tensor } from '../src/index.js';

const model = await loadModel(fileURLToPath(new URL('./digits/digits.onnx', import.meta.url)));
if (model.dialect !== 'float') throw new TypeError('the bundled model is a float model');

const noise = Float32Array.from({ length: 28 * 28 }, (_, pixel) => Math.sin(pixel));
const { graph } = quantize(model, [[tensor('float32', [1, 28, 28, 1], noise)]]);

for (const name of acceleratorPresets()) {
  const { totals, layers } = simulate(graph, await loadAccelerator(name));
  const slowest = layers.reduce((a, b) => (b.cycles > a.cycles ? b : a));
  console.log(
    `${name}: ${totals.cycles} cycles, ${(totals.energyPicojoules / 1e6).toFixed(2)} µJ, ` +
      `slowest ${slowest.name} with ${slowest.cycles} cycles`,
  );
}
