import { zeroMap, type FeatureMap, type Layer } from './layer.js';

/** The mean of every channel over the image. */
export class GlobalAveragePool implements Layer {
  readonly kind = 'globalAveragePool';
  readonly parameters = [];
  #input: FeatureMap | null = null;

  forward(input: FeatureMap): FeatureMap {
    this.#input = input;
    const output = zeroMap({ ...input, height: 1, width: 1 });
    const pixelCount = input.height * input.width;
    input.data.forEach((value, index) => {
      output.data[pooledIndex(input, index)]! += value / pixelCount;
    });
    return output;
  }

  backward(outputGradient: FeatureMap): FeatureMap {
    const input = this.#input!;
    const pixelCount = input.height * input.width;
    const data = input.data.map((_, index) => outputGradient.data[pooledIndex(input, index)]! / pixelCount);
    return { ...input, data };
  }
}

/** Where element `index` of the input goes in `[count, 1, 1, channels]`. */
function pooledIndex({ height, width, channels }: FeatureMap, index: number): number {
  const image = Math.floor(index / (height * width * channels));
  return image * channels + (index % channels);
}
