import fc from 'fast-check';
import type { FloatNode, MovementNode } from '../../src/ir/operators.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { tensorFrom, type FloatTensor } from '../../src/tensor/tensor.js';
import { dilatedExtent } from '../../src/tensor/window.js';
import { windowOf } from './window.js';

export type ComputingNode = Exclude<FloatNode, MovementNode>;

/** A node with operands that fit it. */
export interface FloatCase {
  readonly node: ComputingNode;
  readonly inputs: readonly FloatTensor[];
  /** Whether operands beyond the first are known when the kernel is bound. */
  readonly constant: boolean;
}

interface Outline {
  readonly node: ComputingNode;
  readonly shapes: readonly Shape[];
}

const named = { name: 'node', inputs: [], output: 'y' } as const;
const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

/** Quarters from −4 to 4: sums of their products are exact in float32 at these sizes, in every order. */
const quarters = upTo(16, -16).map((n) => n / 4);
const positives = upTo(16).map((n) => n / 4);
const reals = fc.double({ min: -8, max: 8, noNaN: true }).map(Math.fround);

/** Adds operands to an outline. */
function filled(outlines: fc.Arbitrary<Outline>, value: fc.Arbitrary<number>): fc.Arbitrary<FloatCase> {
  const tensorOf = (shape: Shape): fc.Arbitrary<FloatTensor> => {
    const count = elementCount(shape);
    return fc
      .array(value, { minLength: count, maxLength: count })
      .map((values) => tensorFrom('float32', shape, values));
  };
  return outlines.chain(({ node, shapes }) =>
    fc
      .tuple(fc.tuple(...shapes.map(tensorOf)), fc.boolean())
      .map(([inputs, constant]) => ({ node, inputs, constant })),
  );
}

const anyActivation = fc.constantFrom(
  null,
  { min: 0, max: Infinity },
  { min: 0, max: 6 },
  { min: -1, max: 1 },
);
const anyShape = fc.array(upTo(4), { minLength: 1, maxLength: 4 });

/** A window along one axis and an extent that it fits into at least once. */
const anyAxis = fc
  .record({ kernel: upTo(4), stride: upTo(3), dilation: upTo(3), before: upTo(3, 0), after: upTo(3, 0) })
  .chain((axis) => {
    const least = Math.max(1, dilatedExtent(axis.kernel, axis.dilation) - axis.before - axis.after);
    return upTo(least + 5, least).map((extent) => ({ ...axis, extent }));
  });

const anyWindow = fc.tuple(anyAxis, anyAxis).map(([rows, columns]) => ({
  height: rows.extent,
  width: columns.extent,
  window: windowOf(rows, columns),
}));

/** Dense, depthwise (with multipliers) and grouped. */
const anyGrouping = fc.oneof(
  fc.record({ groups: fc.constant(1), groupChannels: upTo(5), groupOutputs: upTo(9) }),
  fc.record({ groups: upTo(6), groupChannels: fc.constant(1), groupOutputs: upTo(3) }),
  fc.record({ groups: upTo(3), groupChannels: upTo(3), groupOutputs: upTo(5) }),
);

const anyConvolutionParts = fc
  .record({
    placed: anyWindow,
    grouping: anyGrouping,
    batch: upTo(2),
    biased: fc.boolean(),
    activation: anyActivation,
  })
  .map(({ placed: { window, height, width }, grouping, batch, biased, activation }) => {
    const { groups, groupChannels, groupOutputs } = grouping;
    const outputs = groups * groupOutputs;
    const weight = [outputs, window.kernelHeight, window.kernelWidth, groupChannels];
    const x = [batch, height, width, groups * groupChannels];
    return {
      attributes: { ...named, ...window, groups, activation },
      shapes: biased ? [x, weight, [outputs]] : [x, weight],
    };
  });

export const anyConv2d = filled(
  anyConvolutionParts.map(({ attributes, shapes }) => ({ node: { ...attributes, op: 'conv2d' }, shapes })),
  quarters,
);

/** The pads crop less than the full result. */
export const anyConvTranspose2d = filled(
  fc
    .tuple(anyConvolutionParts, upTo(2, 0), upTo(2, 0))
    .map(([{ attributes, shapes }, outputPaddingHeight, outputPaddingWidth]) => ({
      node: { ...attributes, op: 'convTranspose2d' as const, outputPaddingHeight, outputPaddingWidth },
      shapes,
    }))
    .filter(({ node: n, shapes: [x] }) => {
      const fullHeight = (x![1]! - 1) * n.strideHeight + dilatedExtent(n.kernelHeight, n.dilationHeight);
      const fullWidth = (x![2]! - 1) * n.strideWidth + dilatedExtent(n.kernelWidth, n.dilationWidth);
      return fullHeight > n.padTop + n.padBottom && fullWidth > n.padLeft + n.padRight;
    }),
  quarters,
);

export const anyFullyConnected = filled(
  fc
    .record({
      leading: fc.array(upTo(3), { maxLength: 3 }),
      depth: upTo(9),
      outputs: upTo(9),
      biased: fc.boolean(),
      activation: anyActivation,
    })
    .map(({ leading, depth, outputs, biased, activation }) => {
      const shapes = [
        [...leading, depth],
        [outputs, depth],
      ];
      return {
        node: { ...named, op: 'fullyConnected', activation },
        shapes: biased ? [...shapes, [outputs]] : shapes,
      };
    }),
  quarters,
);

/** Two shapes that broadcast to `shape` together: axes dropped or repeated on one side or the other. */
function broadcastPair(shape: Shape): fc.Arbitrary<readonly [Shape, Shape]> {
  return fc
    .tuple(
      fc.array(fc.constantFrom('left', 'right', 'both'), {
        minLength: shape.length,
        maxLength: shape.length,
      }),
      upTo(shape.length, 0),
    )
    .map(([full, dropped]) => [
      shape.map((extent, axis) => (full[axis] === 'right' ? 1 : extent)),
      shape.map((extent, axis) => (full[axis] === 'left' ? 1 : extent)).slice(dropped),
    ]);
}

export const anyMatMul = filled(
  fc
    .record({ batch: fc.array(upTo(3), { maxLength: 2 }), m: upTo(5), k: upTo(6), n: upTo(6) })
    .chain(({ batch, m, k, n }) =>
      broadcastPair(batch).map(([a, b]) => ({
        node: { ...named, op: 'matMul' },
        shapes: [
          [...a, m, k],
          [...b, k, n],
        ],
      })),
    ),
  quarters,
);

export const anyBinary = (op: 'add' | 'sub' | 'mul' | 'div' | 'pow'): fc.Arbitrary<FloatCase> =>
  filled(
    fc
      .tuple(anyShape.chain(broadcastPair), anyActivation, fc.boolean())
      .map(([[a, b], activation, swapped]) => ({
        node: { ...named, op, activation },
        shapes: swapped ? [b, a] : [a, b],
      })),
    op === 'div' || op === 'pow' ? positives : quarters,
  );

/** The slope broadcasts to x, never the other way. */
export const anyPRelu = filled(
  anyShape.chain((shape) =>
    broadcastPair(shape).map(([, slope]) => ({ node: { ...named, op: 'prelu' }, shapes: [shape, slope] })),
  ),
  quarters,
);

export const anyBatchNormalization = filled(
  anyShape.map((shape) => ({
    node: { ...named, op: 'batchNormalization', epsilon: 1e-3 },
    shapes: [shape, ...Array.from({ length: 4 }, () => shape.slice(-1))],
  })),
  positives,
);

export const anyLayerNormalization = filled(
  fc.tuple(anyShape, fc.boolean()).map(([shape, shifted]) => ({
    node: { ...named, op: 'layerNormalization', epsilon: 1e-3 },
    shapes: [shape, shape.slice(-1), ...(shifted ? [shape.slice(-1)] : [])],
  })),
  reals,
);

export const anySoftmax = (op: 'softmax' | 'logSoftmax'): fc.Arbitrary<FloatCase> =>
  filled(
    anyShape.map((shape) => ({ node: { ...named, op }, shapes: [shape] })),
    reals,
  );

export const anyPool = (op: 'maxPool' | 'averagePool'): fc.Arbitrary<FloatCase> =>
  filled(
    fc
      .tuple(anyWindow, upTo(2), upTo(5), fc.boolean())
      .map(([{ window, height, width }, batch, channels, countIncludePad]) => ({
        node: op === 'maxPool' ? { ...named, ...window, op } : { ...named, ...window, op, countIncludePad },
        shapes: [[batch, height, width, channels]],
      })),
    quarters,
  );

export const anyMean = filled(
  fc
    .tuple(anyShape, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.boolean())
    .map(([shape, reduced, keepDims]) => ({
      node: {
        ...named,
        op: 'mean',
        axes: shape.map((_, axis) => axis).filter((axis) => reduced[axis]),
        keepDims,
      },
      shapes: [shape],
    })),
  quarters,
);

const anyTaps = (extent: number) =>
  fc
    .array(fc.tuple(upTo(extent - 1, 0), upTo(extent - 1, 0), upTo(4, 0)), { minLength: 1, maxLength: 5 })
    .map((taps) => ({
      lower: taps.map(([lower]) => lower),
      upper: taps.map(([, upper]) => upper),
      upperWeight: taps.map(([, , weight]) => weight / 4),
    }));

export const anyResize = filled(
  fc.tuple(upTo(2), upTo(4), upTo(4), upTo(3)).chain(([batch, height, width, channels]) =>
    fc.tuple(anyTaps(height), anyTaps(width)).map(([rows, columns]) => ({
      node: { ...named, op: 'resize', rows, columns },
      shapes: [[batch, height, width, channels]],
    })),
  ),
  quarters,
);
