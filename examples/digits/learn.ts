import { Adam } from './adam.js';
import { IMAGE_EXTENT, IMAGE_PIXELS, type Digits } from './draw.js';
import { zeroMap, type FeatureMap, type Layer } from './layers/layer.js';
import { crossEntropy } from './loss.js';

export interface Schedule {
  readonly batchSize: number;
  readonly peakLearningRate: number;
}

/**
 * Trains in place, in one pass over the digits and in their order; those of a last, partial batch are left out.
 * `onStep` gets the loss of each batch before its step.
 */
export function train(
  network: Layer,
  digits: Digits,
  { batchSize, peakLearningRate }: Schedule,
  onStep: (step: number, loss: number) => void,
): void {
  const optimizer = new Adam(network.parameters);
  const stepCount = Math.floor(digits.labels.length / batchSize);
  for (let step = 0; step < stepCount; step += 1) {
    const batch = batchOf(digits, step * batchSize, batchSize);
    const loss = crossEntropy(network.forward(batch.images, 'train'), batch.labels);
    network.backward(loss.gradient);
    optimizer.step(peakLearningRate * cosineDecay(step / stepCount));
    onStep(step, loss.value);
  }
}

/** The fraction of digits whose largest logit is the one of their label. */
export function accuracy(network: Layer, digits: Digits): number {
  const batchSize = 100;
  let correct = 0;
  for (let start = 0; start < digits.labels.length; start += batchSize) {
    const { images, labels } = batchOf(digits, start, batchSize);
    const logits = network.forward(images, 'infer');
    labels.forEach((label, image) => {
      const row = logits.data.subarray(image * logits.channels, (image + 1) * logits.channels);
      if (row.indexOf(Math.max(...row)) === label) correct += 1;
    });
  }
  return correct / digits.labels.length;
}

/** From 1 at the start of the training to 0 at its end. */
function cosineDecay(progress: number): number {
  return 0.5 * (1 + Math.cos(Math.PI * progress));
}

/** At most `batchSize` digits from `start` on, their pixels scaled to 0 … 1. */
function batchOf(
  digits: Digits,
  start: number,
  batchSize: number,
): { images: FeatureMap; labels: Uint8Array } {
  const labels = digits.labels.subarray(start, start + batchSize);
  const images = zeroMap({ count: labels.length, height: IMAGE_EXTENT, width: IMAGE_EXTENT, channels: 1 });
  const firstPixel = start * IMAGE_PIXELS;
  for (let i = 0; i < images.data.length; i += 1) images.data[i] = digits.images[firstPixel + i]! / 255;
  return { images, labels };
}
