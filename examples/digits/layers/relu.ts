import { zeroMap, type FeatureMap, type Layer } from './layer.js';

/** `max(x, 0)`. */
export class Relu implements Layer {
  readonly kind = 'relu';
  readonly parameters = [];
  #output: FeatureMap | null = null;

  forward(input: FeatureMap): FeatureMap {
    const output = zeroMap(input);
    for (let i = 0; i < output.data.length; i += 1) output.data[i] = Math.max(input.data[i]!, 0);
    this.#output = output;
    return output;
  }

  backward(outputGradient: FeatureMap): FeatureMap {
    const output = this.#output!.data;
    const inputGradient = zeroMap(outputGradient);
    for (let i = 0; i < output.length; i += 1) {
      if (output[i]! > 0) inputGradient.data[i] = outputGradient.data[i]!;
    }
    return inputGradient;
  }
}
