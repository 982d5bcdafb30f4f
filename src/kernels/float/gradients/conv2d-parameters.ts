import { assert } from '../../../core/errors.js';
import type { Conv2dGeometry } from '../../../ir/ops/conv2d.js';
import { elementCount, type Shape } from '../../../tensor/shape.js';
import { tensor, type FloatTensor } from '../../../tensor/tensor.js';
import { outputHeight, outputWidth } from '../../../tensor/window.js';
import type { FloatLoops, OuterProducts } from '../loops.js';
import { OuterSums } from '../outer-sums.js';
import { PaddedImage, windowRuns, windowStarts, type WindowRuns } from '../padded-image.js';
import { withLoops } from '../with-loops.js';
import { joined, totalOf, type PartialSum } from './partial-sums.js';

/** dW and db of a layer: the gradients of a loss in its weights and its bias. */
export interface ParameterGradients {
  readonly weight: FloatTensor;
  readonly bias: FloatTensor;
}

/**
 * dW and db of a convolution without activation, of any geometry, given x and dY. The sums of an image are over its output
 * pixels, in the order that `FloatLoops` states; those of a batch join the images in a tree (`PartialSum`). A batch may thus be
 * split over threads anyhow: `sums` of the parts in each, `gradients` of all that they gave.
 */
export class Conv2dParameterGradients {
  readonly #image: PaddedImage;
  readonly #starts: Int32Array;
  readonly #runs: WindowRuns;
  readonly #groups: number;
  readonly #groupChannels: number;
  readonly #weightShape: Shape;
  /** Of the weights of one group; groups follow one another, and the biases follow them. */
  readonly #weightSums: OuterSums;
  readonly #biasSums: OuterSums;

  /**
   * @param xShape of a batch, NHWC; the batches given later may have any size
   * @param weightShape OHWI
   */
  constructor(geometry: Conv2dGeometry, xShape: Shape, weightShape: Shape) {
    const [, height, width] = xShape as [number, number, number];
    const outputs = weightShape[0]!;
    this.#groups = geometry.groups;
    this.#groupChannels = weightShape[3]!;
    this.#weightShape = weightShape;
    this.#image = new PaddedImage(xShape, geometry);
    const pixels = [outputHeight(height, geometry), outputWidth(width, geometry)] as const;
    this.#starts = windowStarts(geometry, this.#image, ...pixels);
    this.#runs = windowRuns(geometry, this.#image, this.#groupChannels);
    this.#weightSums = new OuterSums(outputs / geometry.groups, this.#runs.taps.length, this.#runs.run);
    this.#biasSums = new OuterSums(outputs, 1, 1);
  }

  /**
   * What images of a batch add to dW and db.
   *
   * @param firstImage the number of the first of these images within the batch
   */
  sums(x: FloatTensor, gradient: FloatTensor, firstImage = 0): PartialSum[] {
    const images = x.shape[0]!;
    const outputLength = this.#starts.length * this.#biasSums.outputs;
    assert(gradient.data.length === images * outputLength, 'each output has a gradient', {
      x: x.shape,
      gradient: gradient.shape,
    });
    return withLoops((loops) => {
      const image = this.#image.allocate(loops);
      const imageGradient = loops.floats(outputLength);
      const sums = loops.floats(this.#biasStart + this.#biasSums.length);
      const products = [
        ...this.#weightProducts(loops, image, imageGradient, sums),
        this.#biasProduct(loops, imageGradient, sums),
      ];
      let parts: PartialSum[] = [];
      for (let index = 0; index < images; index += 1) {
        this.#image.draw(x.data, index, image);
        imageGradient.set(gradient.data.subarray(index * outputLength, (index + 1) * outputLength));
        sums.fill(0);
        for (const product of products) loops.sumOuterProducts(product);
        const values = new Float32Array(sums.length);
        values.set(sums);
        parts = joined([...parts, { first: firstImage + index, count: 1, values }]);
      }
      return parts;
    });
  }

  /** dW and db of a batch, from the sums of all of its images. */
  gradients(parts: readonly PartialSum[]): ParameterGradients {
    const total = totalOf(parts);
    const [outputs] = this.#weightShape as [number];
    const weights = new Float32Array(elementCount(this.#weightShape));
    const depth = weights.length / outputs;
    const { run } = this.#runs;
    for (let output = 0; output < outputs; output += 1) {
      const group = Math.floor(output / this.#weightSums.outputs);
      for (let k = 0; k < depth; k += 1) {
        const place = this.#weightSums.index(output % this.#weightSums.outputs, Math.floor(k / run), k % run);
        weights[output * depth + k] = total[group * this.#weightSums.length + place]!;
      }
    }
    const bias = Float32Array.from(
      { length: outputs },
      (_, output) => total[this.#biasStart + this.#biasSums.index(output, 0, 0)]!,
    );
    return {
      weight: tensor('float32', this.#weightShape, weights),
      bias: tensor('float32', [outputs], bias),
    };
  }

  get #biasStart(): number {
    return this.#groups * this.#weightSums.length;
  }

  #weightProducts(
    loops: FloatLoops,
    values: Float32Array,
    gradient: Float32Array,
    sums: Float32Array,
  ): OuterProducts[] {
    const starts = loops.indices(this.#starts);
    return Array.from({ length: this.#groups }, (_, group) => ({
      values,
      starts,
      taps: loops.indices(this.#runs.taps.map((tap) => tap + group * this.#groupChannels)),
      gradient: gradient.subarray(group * this.#weightSums.outputs),
      gradientStride: this.#biasSums.outputs,
      layout: this.#weightSums,
      sums: sums.subarray(group * this.#weightSums.length),
    }));
  }

  /** A bias is the weight of a 1 that lies under every window. */
  #biasProduct(loops: FloatLoops, gradient: Float32Array, sums: Float32Array): OuterProducts {
    return {
      values: loops.floats(1).fill(1),
      starts: loops.indices(new Int32Array(this.#starts.length)),
      taps: loops.indices(Int32Array.of(0)),
      gradient,
      gradientStride: this.#biasSums.outputs,
      layout: this.#biasSums,
      sums: sums.subarray(this.#biasStart),
    };
  }
}
