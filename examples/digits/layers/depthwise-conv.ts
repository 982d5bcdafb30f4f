import type { Random } from '../../../src/core/random.js';
import { heNormal } from './init.js';
import { parameter, zeroMap, type FeatureMap, type Layer, type Parameter } from './layer.js';
import { forEachTap, outputExtent, type SquareWindow } from './square-window.js';

export interface DepthwiseExtents extends SquareWindow {
  readonly channels: number;
}

/** A convolution of every channel with a kernel of its own, without bias. */
export class DepthwiseConv implements Layer {
  readonly kind = 'depthwiseConv';
  readonly extents: DepthwiseExtents;
  /** `[tap, channel]`. */
  readonly weight: Parameter;
  readonly parameters: readonly Parameter[];
  #input: FeatureMap | null = null;

  constructor(extents: DepthwiseExtents, random: Random) {
    const tapCount = extents.kernel * extents.kernel;
    this.extents = extents;
    this.weight = parameter(heNormal(tapCount * extents.channels, tapCount, random));
    this.parameters = [this.weight];
  }

  forward(input: FeatureMap): FeatureMap {
    this.#input = input;
    const output = zeroMap({
      ...input,
      height: outputExtent(input.height, this.extents),
      width: outputExtent(input.width, this.extents),
    });
    const weight = this.weight.value;
    this.#forEachProduct(input, output, (inputStart, weightStart, outputStart) => {
      for (let c = 0; c < input.channels; c += 1) {
        output.data[outputStart + c]! += input.data[inputStart + c]! * weight[weightStart + c]!;
      }
    });
    return output;
  }

  backward(outputGradient: FeatureMap): FeatureMap {
    const input = this.#input!;
    const inputGradient = zeroMap(input);
    const { value, gradient } = this.weight;
    this.#forEachProduct(input, outputGradient, (inputStart, weightStart, outputStart) => {
      for (let c = 0; c < input.channels; c += 1) {
        const slope = outputGradient.data[outputStart + c]!;
        inputGradient.data[inputStart + c]! += slope * value[weightStart + c]!;
        gradient[weightStart + c]! += slope * input.data[inputStart + c]!;
      }
    });
    return inputGradient;
  }

  /** Visits where the channels of each multiplied (input pixel, tap, output pixel) start. */
  #forEachProduct(
    input: FeatureMap,
    output: FeatureMap,
    visit: (inputStart: number, weightStart: number, outputStart: number) => void,
  ): void {
    const { count, height, width, channels } = input;
    for (let image = 0; image < count; image += 1) {
      const inputStart = image * height * width;
      const outputStart = image * output.height * output.width;
      forEachTap(height, width, this.extents, (outputPixel, tap, inputPixel) => {
        visit((inputStart + inputPixel) * channels, tap * channels, (outputStart + outputPixel) * channels);
      });
    }
  }
}
