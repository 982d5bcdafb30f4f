import type { FeatureMap, Layer, Mode, Parameter } from './layer.js';

/** Layers one after another. */
export class Sequence<Step extends Layer> implements Layer {
  readonly kind = 'sequence';
  readonly steps: readonly Step[];
  readonly parameters: readonly Parameter[];

  constructor(steps: readonly Step[]) {
    this.steps = steps;
    this.parameters = steps.flatMap((step) => step.parameters);
  }

  forward(input: FeatureMap, mode: Mode): FeatureMap {
    return this.steps.reduce((map, step) => step.forward(map, mode), input);
  }

  backward(outputGradient: FeatureMap): FeatureMap {
    return this.steps.reduceRight((gradient, step) => step.backward(gradient), outputGradient);
  }
}
