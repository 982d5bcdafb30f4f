import { zeroMap, type FeatureMap, type Layer, type Mode, type Parameter } from './layer.js';

/** `x + body(x)`. */
export class Residual<Body extends Layer> implements Layer {
  readonly kind = 'residual';
  readonly body: Body;
  readonly parameters: readonly Parameter[];

  constructor(body: Body) {
    this.body = body;
    this.parameters = body.parameters;
  }

  forward(input: FeatureMap, mode: Mode): FeatureMap {
    return sum(input, this.body.forward(input, mode));
  }

  backward(outputGradient: FeatureMap): FeatureMap {
    return sum(outputGradient, this.body.backward(outputGradient));
  }
}

function sum(a: FeatureMap, b: FeatureMap): FeatureMap {
  const total = zeroMap(a);
  for (let i = 0; i < total.data.length; i += 1) total.data[i] = a.data[i]! + b.data[i]!;
  return total;
}
