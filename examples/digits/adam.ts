import type { Parameter } from './layers/layer.js';

const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.999;
const EPSILON = 1e-8;

/** Adam (Kingma and Ba, 2015), with the learning rate given at each step. */
export class Adam {
  readonly #tracks: readonly Track[];
  #stepCount = 0;

  constructor(parameters: readonly Parameter[]) {
    this.#tracks = parameters.map((parameter) => ({
      parameter,
      mean: new Float64Array(parameter.value.length),
      square: new Float64Array(parameter.value.length),
    }));
  }

  /** Moves every parameter against its gradient, then clears the gradient. */
  step(learningRate: number): void {
    this.#stepCount += 1;
    const meanBias = 1 - MEAN_DECAY ** this.#stepCount;
    const squareBias = 1 - SQUARE_DECAY ** this.#stepCount;
    for (const { parameter, mean, square } of this.#tracks) {
      parameter.gradient.forEach((slope, index) => {
        mean[index]! += (1 - MEAN_DECAY) * (slope - mean[index]!);
        square[index]! += (1 - SQUARE_DECAY) * (slope * slope - square[index]!);
        const deviation = Math.sqrt(square[index]! / squareBias) + EPSILON;
        parameter.value[index]! -= (learningRate * mean[index]!) / meanBias / deviation;
      });
      parameter.gradient.fill(0);
    }
  }
}

interface Track {
  readonly parameter: Parameter;
  readonly mean: Float64Array;
  readonly square: Float64Array;
}
