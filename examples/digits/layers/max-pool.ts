import { zeroMap, type FeatureMap, type Layer } from './layer.js';

/** The largest of every 2x2 square; an odd last row or column is dropped. */
export class MaxPool implements Layer {
  readonly kind = 'maxPool';
  readonly extent = 2;
  readonly parameters = [];
  #input: FeatureMap | null = null;
  /** For every output element, the input element it was copied from. */
  #winners = new Int32Array();

  forward(input: FeatureMap): FeatureMap {
    const { count, height, width, channels } = input;
    const output = zeroMap({
      count,
      height: Math.floor(height / this.extent),
      width: Math.floor(width / this.extent),
      channels,
    });
    this.#input = input;
    this.#winners = new Int32Array(output.data.length);
    let next = 0;
    for (let image = 0; image < count; image += 1) {
      for (let row = 0; row < output.height; row += 1) {
        for (let column = 0; column < output.width; column += 1) {
          const corner = ((image * height + row * this.extent) * width + column * this.extent) * channels;
          for (let channel = 0; channel < channels; channel += 1) {
            const winner = this.#winnerOf(input, corner + channel);
            this.#winners[next] = winner;
            output.data[next] = input.data[winner]!;
            next += 1;
          }
        }
      }
    }
    return output;
  }

  backward(outputGradient: FeatureMap): FeatureMap {
    const inputGradient = zeroMap(this.#input!);
    outputGradient.data.forEach((slope, index) => {
      inputGradient.data[this.#winners[index]!]! += slope;
    });
    return inputGradient;
  }

  /** The index of the largest element of the square whose first element is at `corner`. */
  #winnerOf({ data, width, channels }: FeatureMap, corner: number): number {
    let winner = corner;
    for (let row = 0; row < this.extent; row += 1) {
      for (let column = 0; column < this.extent; column += 1) {
        const index = corner + (row * width + column) * channels;
        if (data[index]! > data[winner]!) winner = index;
      }
    }
    return winner;
  }
}
