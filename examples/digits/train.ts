/**
 * Draws the digits, trains the network and writes `digits.onnx` and `digits.npz` next to this file.
 * Run it with `npm run example:train`; the same Node.js version gives the same bytes.
 */
import { fileURLToPath } from 'node:url';
import { processIo } from '../../src/cli/io.js';
import { Random } from '../../src/core/random.js';
import type { ArrayOf } from '../../src/formats/elements.js';
import { writeNpz } from '../../src/formats/npz.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import { drawDigits, IMAGE_EXTENT } from './draw.js';
import { accuracy, train } from './learn.js';
import { digitsNetwork } from './network.js';
import { CALIBRATION_SET, INITIAL_WEIGHTS_SEED, TEST_SET, TRAINING_SET } from './sets.js';
import { toOnnx } from './to-onnx.js';

const SCHEDULE = { batchSize: 32, peakLearningRate: 0.005 };
const STEPS_PER_LINE = 150;

const startMilliseconds = performance.now();
const training = drawDigits(TRAINING_SET);
const calibration = drawDigits(CALIBRATION_SET);
const test = drawDigits(TEST_SET);

const network = digitsNetwork(new Random(INITIAL_WEIGHTS_SEED));
const parameterCount = network.parameters.reduce((count, { value }) => count + value.length, 0);
console.log(`${parameterCount} parameters, ${training.labels.length} training digits`);

let lossSum = 0;
train(network, training, SCHEDULE, (step, loss) => {
  lossSum += loss;
  if ((step + 1) % STEPS_PER_LINE !== 0) return;
  console.log(`step ${step + 1}: mean loss ${(lossSum / STEPS_PER_LINE).toFixed(4)}`);
  lossSum = 0;
});
console.log(`float accuracy: ${percent(accuracy(network, test))} of ${test.labels.length} test digits`);

await write('digits.onnx', writeOnnxModel(toOnnx(network)));
await write(
  'digits.npz',
  writeNpz(
    new Map<string, ArrayOf<'uint8'>>([
      ['calibration_images', imageArray(calibration.images)],
      ['test_images', imageArray(test.images)],
      ['test_labels', { type: 'uint8', shape: [test.labels.length], data: test.labels }],
    ]),
    { compress: true },
  ),
);
console.log(`${Math.round((performance.now() - startMilliseconds) / 1000)} seconds`);

function imageArray(data: Uint8Array): ArrayOf<'uint8'> {
  return { type: 'uint8', shape: [data.length / IMAGE_EXTENT ** 2, 1, IMAGE_EXTENT, IMAGE_EXTENT], data };
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

/** Writes a file next to this one, whole or not at all. */
async function write(name: string, bytes: Uint8Array): Promise<void> {
  await processIo().writeFile(fileURLToPath(new URL(name, import.meta.url)), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}
