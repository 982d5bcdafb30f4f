import type { Random } from '../../../src/core/random.js';
import { addProduct, matrix, transposed, type Matrix } from '../matrix.js';
import { heNormal } from './init.js';
import { parameter, zeroMap, type FeatureMap, type Layer, type Parameter } from './layer.js';
import { forEachTap, outputExtent, type SquareWindow } from './square-window.js';

export interface ConvExtents extends SquareWindow {
  readonly inputChannels: number;
  readonly outputChannels: number;
}

/** A convolution without bias, as one matrix product per image: patches `[pixel, tap · channel]` by weights. */
export class Conv implements Layer {
  readonly kind = 'conv';
  readonly extents: ConvExtents;
  /** `[tap, inputChannel, outputChannel]`. */
  readonly weight: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #patchLength: number;
  #input: FeatureMap | null = null;

  constructor(extents: ConvExtents, random: Random) {
    const { kernel, inputChannels, outputChannels } = extents;
    this.extents = extents;
    this.#patchLength = kernel * kernel * inputChannels;
    this.weight = parameter(heNormal(this.#patchLength * outputChannels, this.#patchLength, random));
    this.parameters = [this.weight];
  }

  forward(input: FeatureMap): FeatureMap {
    this.#input = input;
    const output = zeroMap({
      count: input.count,
      height: outputExtent(input.height, this.extents),
      width: outputExtent(input.width, this.extents),
      channels: this.extents.outputChannels,
    });
    const weight = this.#asMatrix(this.weight.value);
    for (let image = 0; image < input.count; image += 1) {
      addProduct(imageRows(output, image), this.#patches(input, image), weight);
    }
    return output;
  }

  backward(outputGradient: FeatureMap): FeatureMap {
    const input = this.#input!;
    const inputGradient = zeroMap(input);
    const weight = transposed(this.#asMatrix(this.weight.value));
    const weightGradient = this.#asMatrix(this.weight.gradient);
    for (let image = 0; image < input.count; image += 1) {
      const slopes = imageRows(outputGradient, image);
      addProduct(weightGradient, transposed(this.#patches(input, image)), slopes);

      const patchSlopes = this.#zeroPatches(slopes.rows);
      addProduct(patchSlopes, slopes, weight);
      this.#addPatches(inputGradient, image, patchSlopes.data);
    }
    return inputGradient;
  }

  #asMatrix(weight: Float64Array): Matrix {
    return matrix(weight, this.#patchLength, this.extents.outputChannels);
  }

  #zeroPatches(pixelCount: number): Matrix {
    return matrix(new Float64Array(pixelCount * this.#patchLength), pixelCount, this.#patchLength);
  }

  /** The input under the kernel at every output pixel, one row each (im2col). */
  #patches(input: FeatureMap, image: number): Matrix {
    const { height, width, channels } = input;
    const pixelCount = outputExtent(height, this.extents) * outputExtent(width, this.extents);
    const patches = this.#zeroPatches(pixelCount);
    const start = image * height * width;
    forEachTap(height, width, this.extents, (outputPixel, tap, inputPixel) => {
      const from = (start + inputPixel) * channels;
      const to = outputPixel * this.#patchLength + tap * channels;
      for (let c = 0; c < channels; c += 1) patches.data[to + c] = input.data[from + c]!;
    });
    return patches;
  }

  /** The adjoint of `#patches`: adds every patch element back to the pixel it was copied from. */
  #addPatches(target: FeatureMap, image: number, patches: Float64Array): void {
    const { height, width, channels } = target;
    const start = image * height * width;
    forEachTap(height, width, this.extents, (outputPixel, tap, inputPixel) => {
      const to = (start + inputPixel) * channels;
      const from = outputPixel * this.#patchLength + tap * channels;
      for (let c = 0; c < channels; c += 1) target.data[to + c]! += patches[from + c]!;
    });
  }
}

/** One image as a matrix `[pixel, channel]`. */
function imageRows({ data, height, width, channels }: FeatureMap, image: number): Matrix {
  return matrix(data, height * width, channels, image * height * width * channels);
}
