/**
 * The four networks that accelerators are most often measured with, exact in every shape. Nobody has to download weights:
 * cycles, traffic and energy do not depend on them.
 *
 * Run with `node --import tsx examples/standard-networks.ts`; a folder after it also gets the ONNX files, for
 * `bitmac simulate resnet50.onnx --shape-only --hw …`. Outside this repository, import from 'bitmac'.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { loadAccelerator, networkOf, parseModel, quantize, simulateShapes } from '../src/index.js';
import { mobilenetV1, mobilenetV2 } from './networks/mobilenet.js';
import { resnet } from './networks/resnet.js';

const machine = await loadAccelerator('systolic-16x16-ws');
const networks = {
  'resnet18.onnx': resnet(18),
  'resnet50.onnx': resnet(50),
  'mobilenetv1.onnx': mobilenetV1(),
  'mobilenetv2.onnx': mobilenetV2(),
};

for (const [file, bytes] of Object.entries(networks)) {
  if (argv[2] !== undefined) await writeFile(join(argv[2], file), bytes);
  const model = parseModel(bytes, { file, shapesOnly: true });
  if (model.dialect !== 'float') throw new TypeError('these are float models');
  const { graph } = quantize(model, [], { shapesOnly: true });
  const { totals } = simulateShapes({ ...networkOf(graph), shapesOnly: true }, machine);
  const millijoules = (totals.energyPicojoules / 1e9).toFixed(2);
  console.log(`${file}: ${totals.macs} MACs, ${totals.cycles} cycles, ${millijoules} mJ`);
}
