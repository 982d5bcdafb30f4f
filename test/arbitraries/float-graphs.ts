import fc from 'fast-check';
import { Random } from '../../src/core/random.js';
import type { FloatGraph, ValueId } from '../../src/ir/graph.js';
import { printGraph } from '../../src/ir/print.js';
import type { UnaryFunction } from '../../src/ir/ops/elementwise.js';
import type { RealRange } from '../../src/ir/ops/real-range.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { tensorFrom, type FloatTensor } from '../../src/tensor/tensor.js';
import { outputHeight, outputWidth, type Window2d } from '../../src/tensor/window.js';
import { FloatNet } from '../support/float-net.js';
import { windowWith } from '../support/identity.js';

/** A small network and what its inputs look like; a counterexample prints as the graph's text. */
export interface FloatGraphCase extends fc.WithToStringMethod {
  readonly graph: FloatGraph;
  readonly samples: readonly (readonly FloatTensor[])[];
}

/** A network under construction. Steps apply to the newest value, or join it with an older one. */
class Draft {
  readonly net = new FloatNet();
  readonly random: Random;
  readonly made: ValueId[];

  constructor(random: Random) {
    this.random = random;
    const [height, width] = [random.integer(3, 6), random.integer(3, 6)];
    this.made = [this.net.input([1, height, width, random.integer(1, 4)])];
  }

  get newest(): ValueId {
    return this.made.at(-1)!;
  }

  get shape(): Shape {
    return this.net.shape(this.newest);
  }

  get isImage(): boolean {
    return this.shape.length === 4;
  }

  normals(shape: Shape, deviation = 1, mean = 0): ValueId {
    return this.net.constant(shape, normals(this.random, elementCount(shape), deviation, mean));
  }

  uniforms(shape: Shape, low: number, high: number): ValueId {
    return this.net.constant(
      shape,
      Array.from({ length: elementCount(shape) }, () => this.random.uniform(low, high)),
    );
  }

  /** An older value of the newest one's shape, which may be that one itself. */
  partner(): ValueId {
    return this.#pick((shape) => shape.join() === this.shape.join());
  }

  /** An older value that differs at most in its last extent. */
  neighbour(): ValueId {
    return this.#pick((shape) => shape.slice(0, -1).join() === this.shape.slice(0, -1).join());
  }

  chance(): boolean {
    return this.random.integer(0, 1) === 0;
  }

  activation(): RealRange | null {
    const choices = [null, null, { min: 0, max: Infinity }, { min: 0, max: 6 }, { min: -1, max: 1 }];
    return choices[this.random.integer(0, choices.length - 1)]!;
  }

  #pick(fits: (shape: Shape) => boolean): ValueId {
    const fitting = this.made.filter((id) => fits(this.net.shape(id)));
    return fitting[this.random.integer(0, fitting.length - 1)]!;
  }
}

function normals(random: Random, count: number, deviation = 1, mean = 0): number[] {
  return Array.from({ length: count }, () => mean + deviation * random.normal());
}

/** Appends to a draft; null where the newest value has the wrong rank or extents. */
type Step = (draft: Draft) => ValueId | null;

function windowOf({ random }: Draft, largestKernel: number, dilated: boolean): Window2d {
  const kernel = [random.integer(1, largestKernel), random.integer(1, largestKernel)] as const;
  const pad = (extent: number): number => random.integer(0, Math.min(1, extent - 1));
  return windowWith(kernel, {
    strideHeight: random.integer(1, 2),
    strideWidth: random.integer(1, 2),
    dilationHeight: dilated ? random.integer(1, 2) : 1,
    dilationWidth: dilated ? random.integer(1, 2) : 1,
    padTop: pad(kernel[0]),
    padBottom: pad(kernel[0]),
    padLeft: pad(kernel[1]),
    padRight: pad(kernel[1]),
  });
}

const fits = ([, height, width]: Shape, window: Window2d): boolean =>
  outputHeight(height!, window) >= 1 && outputWidth(width!, window) >= 1;

function weights(draft: Draft, shape: Shape): ValueId[] {
  const fanIn = elementCount(shape.slice(1));
  const weight = draft.normals(shape, 1 / Math.sqrt(fanIn));
  return draft.chance() ? [weight] : [weight, draft.normals([shape[0]!], 0.5)];
}

const convolution =
  (kind: 'dense' | 'depthwise'): Step =>
  (draft) => {
    const window = windowOf(draft, 3, true);
    if (!draft.isImage || !fits(draft.shape, window)) return null;
    const channels = draft.shape[3]!;
    const groups = kind === 'dense' ? 1 : channels;
    const outputs = kind === 'dense' ? draft.random.integer(1, 4) : channels * draft.random.integer(1, 2);
    const operands = weights(draft, [outputs, window.kernelHeight, window.kernelWidth, channels / groups]);
    return draft.net.node({ op: 'conv2d', ...window, groups, activation: draft.activation() }, [
      draft.newest,
      ...operands,
    ]);
  };

const transposedConvolution: Step = (draft) => {
  if (!draft.isImage || draft.shape[1]! > 8 || draft.shape[2]! > 8) return null;
  const window = { ...windowOf(draft, 3, false), padTop: 0, padLeft: 0 };
  const [, height, width, channels] = draft.shape as [number, number, number, number];
  if ((height - 1) * window.strideHeight + window.kernelHeight <= window.padBottom) return null;
  if ((width - 1) * window.strideWidth + window.kernelWidth <= window.padRight) return null;
  const shape = [draft.random.integer(1, 4), window.kernelHeight, window.kernelWidth, channels];
  const outputPadding = { outputPaddingHeight: 0, outputPaddingWidth: 0 };
  return draft.net.node(
    { op: 'convTranspose2d', ...window, ...outputPadding, groups: 1, activation: draft.activation() },
    [draft.newest, ...weights(draft, shape)],
  );
};

const fullyConnected: Step = (draft) => {
  const shape = [draft.random.integer(2, 5), draft.shape.at(-1)!];
  return draft.net.node({ op: 'fullyConnected', activation: draft.activation() }, [
    draft.newest,
    ...weights(draft, shape),
  ]);
};

const batchNormalization: Step = (draft) => {
  const channels = [draft.shape.at(-1)!];
  return draft.net.node({ op: 'batchNormalization', epsilon: 1e-3 }, [
    draft.newest,
    draft.normals(channels, 0.3, 1),
    draft.normals(channels, 0.5),
    draft.normals(channels, 0.5),
    draft.uniforms(channels, 0.3, 2),
  ]);
};

const matMul: Step = (draft) => {
  const rank = draft.shape.length;
  if (rank < 3) return null;
  const permutation = draft.shape.map((_, axis) =>
    axis === rank - 2 ? rank - 1 : axis === rank - 1 ? rank - 2 : axis,
  );
  const transposed = draft.net.node({ op: 'transpose', permutation }, [draft.partner()]);
  return draft.net.node({ op: 'matMul' }, [draft.newest, transposed]);
};

const pool =
  (op: 'maxPool' | 'averagePool'): Step =>
  (draft) => {
    const window = windowOf(draft, 3, false);
    if (!draft.isImage || !fits(draft.shape, window)) return null;
    const node = op === 'maxPool' ? { op, ...window } : { op, ...window, countIncludePad: draft.chance() };
    return draft.net.node(node, [draft.newest]);
  };

const mean: Step = (draft) => {
  const last = draft.shape.length - 1;
  if (last < 2) return null;
  const axes = draft.isImage ? [1, 2] : [1];
  return draft.net.node({ op: 'mean', axes, keepDims: draft.isImage || draft.chance() }, [draft.newest]);
};

const resize: Step = (draft) => {
  if (!draft.isImage) return null;
  const { random } = draft;
  const taps = (extent: number) => {
    const lower = Array.from({ length: random.integer(1, 6) }, () => random.integer(0, extent - 1));
    return {
      lower,
      upper: lower.map((position) => Math.min(position + 1, extent - 1)),
      upperWeight: lower.map(() => random.integer(0, 4) / 4),
    };
  };
  return draft.net.node({ op: 'resize', rows: taps(draft.shape[1]!), columns: taps(draft.shape[2]!) }, [
    draft.newest,
  ]);
};

const alongRows =
  (op: 'softmax' | 'logSoftmax'): Step =>
  (draft) =>
    draft.net.node({ op }, [draft.newest]);

const layerNormalization: Step = (draft) => {
  const features = [draft.shape.at(-1)!];
  if (features[0]! < 3) return null;
  return draft.net.node({ op: 'layerNormalization', epsilon: 1e-5 }, [
    draft.newest,
    draft.normals(features, 0.3, 1),
    ...(draft.chance() ? [draft.normals(features, 1)] : []),
  ]);
};

const unary =
  (make: (random: Random) => UnaryFunction): Step =>
  ({ net, random, newest }) =>
    net.node({ op: 'unary', function: make(random) }, [newest]);

const tabulated = unary((random) => {
  const functions: readonly UnaryFunction[] = [
    { kind: 'leakyRelu', slope: 0.1 },
    { kind: 'sigmoid' },
    { kind: 'tanh' },
    { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 },
    { kind: 'hardSwish' },
    { kind: 'gelu', approximation: 'none' },
    { kind: 'gelu', approximation: 'tanh' },
    { kind: 'erf' },
    { kind: 'affine', scale: -0.7, offset: 0.4 },
  ];
  return functions[random.integer(0, functions.length - 1)]!;
});

/** Functions that are steep or undefined in places, on values that keep away from them. */
const steep: Step = ({ net, random, newest }) => {
  const within = (min: number, max: number): ValueId =>
    net.node({ op: 'unary', function: { kind: 'clip', min, max } }, [newest]);
  switch (random.integer(0, 3)) {
    case 0:
      return net.node({ op: 'unary', function: { kind: 'exp' } }, [within(-4, 1)]);
    case 1:
      return net.node({ op: 'unary', function: { kind: 'sqrt' } }, [within(0.25, 4)]);
    case 2:
      return net.node({ op: 'unary', function: { kind: 'reciprocal' } }, [within(0.5, 4)]);
    default:
      return net.node({ op: 'unary', function: { kind: 'power', exponent: 2 } }, [within(-2, 2)]);
  }
};

const prelu: Step = (draft) =>
  draft.net.node({ op: 'prelu' }, [
    draft.newest,
    draft.uniforms(draft.chance() ? [draft.shape.at(-1)!] : [1], -0.5, 0.9),
  ]);

const binary =
  (op: 'add' | 'sub' | 'mul'): Step =>
  (draft) => {
    const channels = [draft.shape.at(-1)!];
    const other = draft.chance()
      ? draft.partner()
      : draft.chance()
        ? draft.normals(channels, 0.5, 1)
        : draft.normals([1], 0.5, 1);
    const operands = draft.chance() ? [draft.newest, other] : [other, draft.newest];
    return draft.net.node({ op, activation: draft.activation() }, operands);
  };

/** By constants, and by a value between 1/2 and 3/2. */
const division: Step = (draft) => {
  const { net, newest } = draft;
  const divide = (divisor: ValueId): ValueId =>
    net.node({ op: 'div', activation: draft.activation() }, [newest, divisor]);
  if (draft.chance()) return divide(draft.uniforms([draft.shape.at(-1)!], 0.5, 2));
  const gate = net.node({ op: 'unary', function: { kind: 'sigmoid' } }, [draft.partner()]);
  return divide(net.node({ op: 'unary', function: { kind: 'affine', scale: 1, offset: 0.5 } }, [gate]));
};

const concat: Step = (draft) => {
  const axis = draft.shape.length - 1;
  const leading = draft.shape.slice(0, -1);
  const other = draft.random.integer(0, 3) === 0 ? draft.normals([...leading, 2]) : draft.neighbour();
  return draft.net.node({ op: 'concat', axis }, [draft.newest, other]);
};

const transpose: Step = (draft) => {
  if (draft.shape.length < 3) return null;
  const permutation = draft.shape.map((_, axis) => (axis === 1 ? 2 : axis === 2 ? 1 : axis));
  return draft.net.node({ op: 'transpose', permutation }, [draft.newest]);
};

const reshape: Step = (draft) => {
  const [, first, second] = draft.shape;
  const channels = draft.shape.at(-1)!;
  const shape = draft.isImage ? [1, first! * second!, channels] : [1, 1, ...draft.shape.slice(1)].slice(-4);
  if (elementCount(shape) !== elementCount(draft.shape)) return null;
  return draft.net.node({ op: 'reshape', shape }, [draft.newest]);
};

const slice: Step = (draft) => {
  if (draft.shape.length < 3) return null;
  const extent = draft.shape[1]!;
  const backwards = draft.chance();
  const size = Math.max(1, extent - 1);
  return draft.net.node(
    {
      op: 'slice',
      starts: draft.shape.map((_, axis) => (axis === 1 && backwards ? extent - 1 : 0)),
      sizes: draft.shape.map((own, axis) => (axis === 1 ? size : own)),
      steps: draft.shape.map((_, axis) => (axis === 1 && backwards ? -1 : 1)),
    },
    [draft.newest],
  );
};

const gather: Step = (draft) => {
  const axis = draft.shape.length - 1;
  const indices = Array.from({ length: draft.random.integer(2, 4) }, () =>
    draft.random.integer(0, draft.shape[axis]! - 1),
  );
  return draft.net.node({ op: 'gather', axis, indices, indicesShape: [indices.length] }, [draft.newest]);
};

const pad: Step = (draft) => {
  const mode = (['constant', 'reflect', 'edge'] as const)[draft.random.integer(0, 2)]!;
  if (draft.shape.length < 3 || draft.shape[1]! < 2 || draft.shape[1]! > 8) return null;
  const around = draft.shape.map((_, axis) => (axis === 1 ? 1 : 0));
  const value = draft.random.integer(-3, 3);
  return draft.net.node({ op: 'pad', before: around, after: around, mode, value }, [draft.newest]);
};

const STEPS = {
  conv: convolution('dense'),
  depthwise: convolution('depthwise'),
  transposedConvolution,
  fullyConnected,
  batchNormalization,
  matMul,
  maxPool: pool('maxPool'),
  averagePool: pool('averagePool'),
  mean,
  resize,
  softmax: alongRows('softmax'),
  logSoftmax: alongRows('logSoftmax'),
  layerNormalization,
  relu: unary(() => ({ kind: 'clip', min: 0, max: Infinity })),
  relu6: unary(() => ({ kind: 'clip', min: 0, max: 6 })),
  tabulated,
  steep,
  prelu,
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  division,
  concat,
  transpose,
  reshape,
  slice,
  gather,
  pad,
} satisfies Record<string, Step>;

export type StepName = keyof typeof STEPS;
export const STEP_NAMES = Object.keys(STEPS) as readonly StepName[];

/** Networks of up to `most` steps out of `names`. The last value leaves the graph, at times an older one as well. */
export function anyFloatGraph(
  names: readonly StepName[] = STEP_NAMES,
  most = 7,
): fc.Arbitrary<FloatGraphCase> {
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      steps: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: most }),
      withSecondOutput: fc.boolean(),
    })
    .map(({ seed, steps, withSecondOutput }) => draw(new Random(seed), steps, withSecondOutput));
}

function draw(random: Random, steps: readonly StepName[], withSecondOutput: boolean): FloatGraphCase {
  const draft = new Draft(random);
  const input = draft.shape;
  for (const name of steps) {
    const id = STEPS[name](draft);
    if (id !== null) draft.made.push(id);
  }
  const older = draft.made[random.integer(0, draft.made.length - 1)]!;
  const outputs = withSecondOutput && older !== draft.newest ? [draft.newest, older] : [draft.newest];
  const samples = Array.from({ length: 3 }, () => [
    tensorFrom('float32', input, normals(random, elementCount(input))),
  ]);
  const graph = draft.net.finish(outputs);
  return { graph, samples, [fc.toStringMethod]: () => printGraph(graph) };
}
