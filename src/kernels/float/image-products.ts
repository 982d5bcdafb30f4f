import type { RealRange } from '../../ir/ops/real-range.js';
import { elementCount, type Shape } from '../../tensor/shape.js';
import { zeros, type FloatTensor } from '../../tensor/tensor.js';
import type { Rows } from './loops.js';
import type { PaddedImage } from './padded-image.js';
import type { Panels } from './panels.js';
import { copied, withLoops } from './with-loops.js';

/** Rows of a padded image, and where in the image that it makes their products go. */
export interface ImageProduct {
  readonly rows: Rows;
  readonly targets: Int32Array;
  readonly firstOutput: number;
}

/** Products of matrices that make an image of a batch from one of another. */
export class ImageProducts {
  readonly #image: PaddedImage;
  readonly #products: readonly ImageProduct[];
  readonly #shape: Shape;

  /** @param shape of an image that is made, HWC */
  constructor(image: PaddedImage, products: readonly ImageProduct[], shape: Shape) {
    this.#image = image;
    this.#products = products;
    this.#shape = shape;
  }

  /** @param panels of each product */
  run(x: FloatTensor, panels: readonly Panels[], bias: Float32Array, range: RealRange): FloatTensor {
    const batch = x.shape[0]!;
    const length = elementCount(this.#shape);
    const output = zeros('float32', [batch, ...this.#shape]);
    withLoops((loops) => {
      const values = this.#image.allocate(loops);
      const made = loops.floats(length);
      const biases = copied(loops, bias);
      const products = this.#products.map(({ rows, targets, firstOutput }, index) => ({
        values,
        rows: { starts: loops.indices(rows.starts), pieces: loops.indices(rows.pieces) },
        panels: { ...panels[index]!, weights: copied(loops, panels[index]!.weights) },
        bias: biases.subarray(firstOutput),
        output: made.subarray(firstOutput),
        targets: loops.indices(targets),
        range,
      }));
      for (let index = 0; index < batch; index += 1) {
        this.#image.draw(x.data, index, values);
        for (const product of products) loops.multiplyPanels(product);
        output.data.set(made, index * length);
      }
    });
    return output;
  }
}
