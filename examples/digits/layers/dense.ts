import type { Random } from '../../../src/core/random.js';
import { addProduct, matrix, transposed } from '../matrix.js';
import { heNormal } from './init.js';
import { parameter, zeroMap, type FeatureMap, type Layer, type Parameter } from './layer.js';

export interface DenseExtents {
  readonly inputs: number;
  readonly outputs: number;
}

/** A fully connected layer with bias, on a feature map of 1x1 pixels. */
export class Dense implements Layer {
  readonly kind = 'dense';
  readonly extents: DenseExtents;
  /** `[input, output]`. */
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly parameters: readonly Parameter[];
  #input: FeatureMap | null = null;

  constructor(extents: DenseExtents, random: Random) {
    const { inputs, outputs } = extents;
    this.extents = extents;
    this.weight = parameter(heNormal(inputs * outputs, inputs, random));
    this.bias = parameter(new Float64Array(outputs));
    this.parameters = [this.weight, this.bias];
  }

  forward(input: FeatureMap): FeatureMap {
    const { inputs, outputs } = this.extents;
    this.#input = input;
    const output = zeroMap({ ...input, channels: outputs });
    for (let image = 0; image < input.count; image += 1) output.data.set(this.bias.value, image * outputs);
    addProduct(
      matrix(output.data, input.count, outputs),
      matrix(input.data, input.count, inputs),
      matrix(this.weight.value, inputs, outputs),
    );
    return output;
  }

  backward(outputGradient: FeatureMap): FeatureMap {
    const { inputs, outputs } = this.extents;
    const input = this.#input!;
    const inputGradient = zeroMap(input);
    const slopes = matrix(outputGradient.data, input.count, outputs);
    const weight = matrix(this.weight.value, inputs, outputs);
    addProduct(matrix(inputGradient.data, input.count, inputs), slopes, transposed(weight));

    const weightGradient = matrix(this.weight.gradient, inputs, outputs);
    addProduct(weightGradient, transposed(matrix(input.data, input.count, inputs)), slopes);
    outputGradient.data.forEach((slope, index) => {
      this.bias.gradient[index % outputs]! += slope;
    });
    return inputGradient;
  }
}
