import { parameter, zeroMap, type FeatureMap, type Layer, type Mode, type Parameter } from './layer.js';

/** Share of the running statistics that one batch replaces. */
const BATCH_SHARE = 0.05;

/** What `backward` needs of the last batch. */
interface Normalized {
  readonly map: FeatureMap;
  readonly inverseDeviation: Float64Array;
}

interface Statistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Batch normalization: every channel to mean 0 and variance 1, then `scale · x + shift`. */
export class BatchNorm implements Layer {
  readonly kind = 'batchNorm';
  readonly epsilon = 1e-5;
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly parameters: readonly Parameter[];
  readonly running: Statistics;
  #normalized: Normalized | null = null;

  constructor(channels: number) {
    this.scale = parameter(new Float64Array(channels).fill(1));
    this.shift = parameter(new Float64Array(channels));
    this.parameters = [this.scale, this.shift];
    this.running = { mean: new Float64Array(channels), variance: new Float64Array(channels).fill(1) };
  }

  forward(input: FeatureMap, mode: Mode): FeatureMap {
    const { mean, variance } = mode === 'train' ? statisticsOf(input) : this.running;
    if (mode === 'train') this.#gather({ mean, variance });

    const inverseDeviation = variance.map((v) => 1 / Math.sqrt(v + this.epsilon));
    const { channels } = input;
    const scale = this.scale.value;
    const shift = this.shift.value;
    const map = zeroMap(input);
    const output = zeroMap(input);
    for (let start = 0; start < input.data.length; start += channels) {
      for (let c = 0; c < channels; c += 1) {
        const normal = (input.data[start + c]! - mean[c]!) * inverseDeviation[c]!;
        map.data[start + c] = normal;
        output.data[start + c] = normal * scale[c]! + shift[c]!;
      }
    }
    this.#normalized = { map, inverseDeviation };
    return output;
  }

  /** Of the `train` mode, where the mean and the variance depend on every input of the batch. */
  backward(outputGradient: FeatureMap): FeatureMap {
    const { map, inverseDeviation } = this.#normalized!;
    const { channels } = map;
    const slopes = outputGradient.data;
    const scaleSlopes = new Float64Array(channels);
    const shiftSlopes = new Float64Array(channels);
    for (let start = 0; start < slopes.length; start += channels) {
      for (let c = 0; c < channels; c += 1) {
        scaleSlopes[c]! += slopes[start + c]! * map.data[start + c]!;
        shiftSlopes[c]! += slopes[start + c]!;
      }
    }

    const inputGradient = zeroMap(map);
    const gain = inverseDeviation.map((inverse, c) => inverse * this.scale.value[c]!);
    const elementsPerChannel = slopes.length / channels;
    for (let start = 0; start < slopes.length; start += channels) {
      for (let c = 0; c < channels; c += 1) {
        const shared = (shiftSlopes[c]! + map.data[start + c]! * scaleSlopes[c]!) / elementsPerChannel;
        inputGradient.data[start + c] = gain[c]! * (slopes[start + c]! - shared);
      }
    }
    for (let c = 0; c < channels; c += 1) {
      this.scale.gradient[c]! += scaleSlopes[c]!;
      this.shift.gradient[c]! += shiftSlopes[c]!;
    }
    return inputGradient;
  }

  #gather({ mean, variance }: Statistics): void {
    for (let c = 0; c < mean.length; c += 1) {
      this.running.mean[c]! += BATCH_SHARE * (mean[c]! - this.running.mean[c]!);
      this.running.variance[c]! += BATCH_SHARE * (variance[c]! - this.running.variance[c]!);
    }
  }
}

function statisticsOf({ data, channels }: FeatureMap): Statistics {
  const elementsPerChannel = data.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let start = 0; start < data.length; start += channels) {
    for (let c = 0; c < channels; c += 1) mean[c]! += data[start + c]! / elementsPerChannel;
  }
  for (let start = 0; start < data.length; start += channels) {
    for (let c = 0; c < channels; c += 1) {
      variance[c]! += (data[start + c]! - mean[c]!) ** 2 / elementsPerChannel;
    }
  }
  return { mean, variance };
}
