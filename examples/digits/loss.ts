import { zeroMap, type FeatureMap } from './layers/layer.js';

export interface Loss {
  /** Mean over the batch, in nats. */
  readonly value: number;
  readonly gradient: FeatureMap;
}

/** Softmax cross-entropy of logits `[count, 1, 1, classes]` against one label per image. */
export function crossEntropy(logits: FeatureMap, labels: Uint8Array): Loss {
  const { count, channels: classes } = logits;
  const gradient = zeroMap(logits);
  let total = 0;
  for (let image = 0; image < count; image += 1) {
    const row = logits.data.subarray(image * classes, (image + 1) * classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const exponentials = row.map((logit) => Math.exp(logit - largest));
    const sum = exponentials.reduce((a, b) => a + b);
    const label = labels[image]!;
    total += Math.log(sum) - (row[label]! - largest);

    const slopes = exponentials.map((e, index) => (e / sum - (index === label ? 1 : 0)) / count);
    gradient.data.set(slopes, image * classes);
  }
  return { value: total / count, gradient };
}
