import { elementCount, type Shape } from '../../../tensor/shape.js';
import { tensor, withShape, type FloatTensor } from '../../../tensor/tensor.js';
import { POINT_WINDOW } from '../../../tensor/window.js';
import { BLOCK_TERMS } from '../loops.js';
import { conv2dInputGradient, type InputGradient } from './conv2d-input.js';
import { Conv2dParameterGradients, type ParameterGradients } from './conv2d-parameters.js';
import { joined, type PartialSum } from './partial-sums.js';

/** A fully connected layer is a 1 x 1 convolution over an image of one row, whose pixels are the rows of x. */
const GEOMETRY = { ...POINT_WINDOW, groups: 1 };

/**
 * dX of a fully connected layer without activation.
 *
 * @param weightShape [outputFeatures, inputFeatures]; dY is [..., outputFeatures]
 */
export function linearInputGradient([outputs, inputs]: readonly [number, number]): InputGradient {
  return (gradient, weight) => {
    const leading = gradient.shape.slice(0, -1);
    const rows = elementCount(leading);
    const ofConvolution = conv2dInputGradient(GEOMETRY, [1, 1, rows, inputs], [outputs, 1, 1, inputs]);
    const ofInput = ofConvolution(withShape(gradient, [1, 1, rows, outputs]), weight);
    return withShape(ofInput, [...leading, inputs]);
  };
}

/**
 * dW and db of a fully connected layer without activation, given x and dY. As of a convolution, BLOCK_TERMS rows making an
 * image: a batch may be split between such blocks.
 */
export class LinearParameterGradients {
  readonly #outputs: number;
  readonly #inputs: number;

  /** @param weightShape [outputFeatures, inputFeatures] */
  constructor([outputs, inputs]: readonly [number, number]) {
    this.#outputs = outputs;
    this.#inputs = inputs;
  }

  /**
   * What rows of a batch add to dW and db.
   *
   * @param firstBlock the number of BLOCK_TERMS rows of the batch that come before these
   */
  sums(x: FloatTensor, gradient: FloatTensor, firstBlock = 0): PartialSum[] {
    const rows = x.data.length / this.#inputs;
    const blocks = Array.from({ length: Math.ceil(rows / BLOCK_TERMS) }, (_, block) => block);
    return joined(
      blocks.flatMap((block) => {
        const first = block * BLOCK_TERMS;
        const count = Math.min(BLOCK_TERMS, rows - first);
        const [ofX, ofGradient] = [x, gradient].map(({ data }) => {
          const features = data.length / rows;
          const values = data.subarray(first * features, (first + count) * features);
          return tensor('float32', [1, 1, count, features], values);
        });
        return this.#ofRows(count).sums(ofX!, ofGradient!, firstBlock + block);
      }),
    );
  }

  /** dW and db of a batch, from the sums of all of its rows. */
  gradients(parts: readonly PartialSum[]): ParameterGradients {
    const { weight, bias } = this.#ofRows(1).gradients(parts);
    return { weight: withShape(weight, [this.#outputs, this.#inputs]), bias };
  }

  #ofRows(rows: number): Conv2dParameterGradients {
    const weightShape: Shape = [this.#outputs, 1, 1, this.#inputs];
    return new Conv2dParameterGradients(GEOMETRY, [1, 1, rows, this.#inputs], weightShape);
  }
}
