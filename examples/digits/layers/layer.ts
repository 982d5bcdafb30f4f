/** Activations of a batch, channels innermost: `[count, height, width, channels]`, row-major. */
export interface FeatureMap {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float64Array;
}

/** Numbers that training changes, and the slope of the loss along each of them. */
export interface Parameter {
  readonly value: Float64Array;
  readonly gradient: Float64Array;
}

/** `train` normalizes by the statistics of the batch, `infer` by those gathered while training. */
export type Mode = 'train' | 'infer';

/** A differentiable step of the network. */
export interface Layer {
  readonly parameters: readonly Parameter[];
  forward(input: FeatureMap, mode: Mode): FeatureMap;
  /**
   * The gradient of the loss by the input of the last `forward`, given the gradient by its output.
   * Adds the gradients by the parameters to `Parameter.gradient`.
   */
  backward(outputGradient: FeatureMap): FeatureMap;
}

type Extents = Omit<FeatureMap, 'data'>;

export function zeroMap({ count, height, width, channels }: Extents): FeatureMap {
  return { count, height, width, channels, data: new Float64Array(count * height * width * channels) };
}

export function parameter(value: Float64Array): Parameter {
  return { value, gradient: new Float64Array(value.length) };
}
