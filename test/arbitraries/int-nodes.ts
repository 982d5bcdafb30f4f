import fc from 'fast-check';
import { INT16, INT32, type IntFormat } from '../../src/arith/int-format.js';
import type { ArrayArithmetic } from '../../src/ir/ops/array-arithmetic.js';
import { elementCount, type Shape } from '../../src/tensor/shape.js';
import { tensorFrom } from '../../src/tensor/tensor.js';
import { dilatedExtent, type Window2d } from '../../src/tensor/window.js';
import type { TestOperand, UnplacedNode } from '../support/run-node.js';
import { anyClamp, anyCode } from '../../src/testing/index.js';
import { anyCodeFormat, anyRequantizerFor, anyTensorRecipe, tensorOf } from './quant.js';
import { windowOf } from './window.js';

/** An integer node with operands that fit it, and the format of its result. */
export interface IntCase {
  readonly node: UnplacedNode;
  readonly operands: readonly TestOperand[];
  readonly format: IntFormat;
}

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

function anyOperand(format: IntFormat, shape: Shape, constant: boolean): fc.Arbitrary<TestOperand> {
  return anyTensorRecipe().map((recipe) => ({ tensor: tensorOf(recipe, format, shape), format, constant }));
}

const anyActivation = (format: IntFormat, shape: Shape) => anyOperand(format, shape, false);

/** What follows a sum of about `largestSum`: requantizer, zero point and clamp, and the format they lead to. */
function anyStage(largestSum: number, channels: number) {
  return anyCodeFormat().chain((format) =>
    fc.record({
      format: fc.constant(format),
      stage: fc.record({
        requantizer: anyRequantizerFor(largestSum, channels),
        outputZeroPoint: anyCode(format),
        clamp: anyClamp(format),
      }),
    }),
  );
}

/** A typical magnitude of Σ weight · x over `depth` terms: half of what one standard deviation of each allows. */
const typicalSum = (depth: number, a: IntFormat, b: IntFormat): number =>
  Math.sqrt(depth) * 2 ** (a.bits + b.bits - 3);

/** Small enough that int32 sums are usual. */
const anyWeightFormat = (x: IntFormat): fc.Arbitrary<IntFormat> => anyCodeFormat(x.bits > 8 ? 8 : 16);

/** Everything of an array operator but its geometry. Most weights are constants, as in a model. */
function anyArrayOperands(xShape: Shape, weightShape: Shape) {
  const outputs = weightShape[0]!;
  const depth = elementCount(weightShape) / outputs;
  return anyCodeFormat()
    .chain((x) => anyWeightFormat(x).map((weight) => ({ x, weight })))
    .chain(({ x, weight }) =>
      fc
        .record({
          constant: fc.boolean(),
          images: anyActivation(x, xShape),
          weights: anyOperand(weight, weightShape, true),
          bias: fc.array(upTo(1000, -1000), { minLength: outputs, maxLength: outputs }),
          inputZeroPoint: anyCode(x),
          weightZeroPoint: anyCode(weight),
          staged: anyStage(typicalSum(depth, x, weight), outputs),
        })
        .map(({ constant, images, weights, bias, inputZeroPoint, weightZeroPoint, staged }) => {
          const arithmetic: ArrayArithmetic = { inputZeroPoint, weightZeroPoint, ...staged.stage };
          const biases = { tensor: tensorFrom('int32', [outputs], bias), format: INT32, constant };
          return {
            arithmetic,
            operands: [images, { ...weights, constant }, biases],
            format: staged.format,
          };
        }),
    );
}

/** A window along one axis and an extent that it fits into at least once. */
const axisOf = (kernel = upTo(4), stride = upTo(3), dilation = upTo(3)) =>
  fc.record({ kernel, stride, dilation, before: upTo(3, 0), after: upTo(3, 0) }).chain((axis) => {
    const least = Math.max(1, dilatedExtent(axis.kernel, axis.dilation) - axis.before - axis.after);
    return upTo(least + 6, least).map((extent) => ({ ...axis, extent }));
  });

const anyAxis = axisOf();

/** Of windows 3 × 3, for which there are functions of their own. */
const anySmallAxis = axisOf(fc.constant(3), upTo(3), fc.constant(1));

/** The same over images so tall that kernels work on them in several bands. */
const tall = (axis: typeof anyAxis): typeof anyAxis =>
  axis.chain((drawn) => upTo(900, 500).map((extent) => ({ ...drawn, extent })));

const windowOver = (rowAxis: typeof anyAxis, columnAxis = anyAxis) =>
  fc.tuple(rowAxis, columnAxis).map(([rows, columns]) => ({
    height: rows.extent,
    width: columns.extent,
    window: windowOf(rows, columns),
  }));

const anyWindow = windowOver(anyAxis);

const anyGroups = fc.oneof(
  fc.record({ groups: fc.constant(1), groupInputs: upTo(6), groupOutputs: upTo(19) }),
  fc.record({ groups: upTo(3, 2), groupInputs: upTo(3), groupOutputs: upTo(9) }),
);

/** Inputs in [batch, height, width, groups · groupInputs], weights to match. */
function anyConvolution(grouping: typeof anyGroups, placed = anyWindow) {
  return fc
    .record({ placed, grouping, batch: upTo(3) })
    .chain(
      ({ placed: { window, height, width }, grouping: { groups, groupInputs, groupOutputs }, batch }) => {
        const weight = [groups * groupOutputs, window.kernelHeight, window.kernelWidth, groupInputs];
        return anyArrayOperands([batch, height, width, groups * groupInputs], weight).map((parts) => ({
          ...parts,
          geometry: { ...window, groups },
          input: { height, width },
        }));
      },
    );
}

const asConv2d = (convolution: ReturnType<typeof anyConvolution>): fc.Arbitrary<IntCase> =>
  convolution.map(({ geometry, arithmetic, operands, format }) => ({
    node: { op: 'conv2d', ...geometry, ...arithmetic },
    operands,
    format,
  }));

const asDepthwiseConv2d = (convolution: ReturnType<typeof anyConvolution>): fc.Arbitrary<IntCase> =>
  convolution.map(({ geometry, arithmetic, operands, format }) => ({
    node: { op: 'depthwiseConv2d', ...geometry, ...arithmetic },
    operands,
    format,
  }));

const anyDepthwiseGroups = fc.record({ groups: upTo(9), groupInputs: fc.constant(1), groupOutputs: upTo(3) });

export const anyConv2d = asConv2d(anyConvolution(anyGroups));
export const anyTallConv2d = asConv2d(anyConvolution(anyGroups, windowOver(tall(anyAxis))));
export const anyDepthwiseConv2d = asDepthwiseConv2d(
  anyConvolution(anyDepthwiseGroups, fc.oneof(anyWindow, windowOver(anySmallAxis, anySmallAxis))),
);
export const anyTallDepthwiseConv2d = asDepthwiseConv2d(
  anyConvolution(
    anyDepthwiseGroups,
    fc.oneof(windowOver(tall(anyAxis)), windowOver(tall(anySmallAxis), anySmallAxis)),
  ),
);

/** The pads crop less than the full result. */
export const anyConvTranspose2d: fc.Arbitrary<IntCase> = fc
  .tuple(anyConvolution(anyGroups), upTo(2, 0), upTo(2, 0))
  .filter(([{ geometry: g, input }]) => {
    const fullHeight = (input.height - 1) * g.strideHeight + dilatedExtent(g.kernelHeight, g.dilationHeight);
    const fullWidth = (input.width - 1) * g.strideWidth + dilatedExtent(g.kernelWidth, g.dilationWidth);
    return fullHeight > g.padTop + g.padBottom && fullWidth > g.padLeft + g.padRight;
  })
  .map(([{ geometry, arithmetic, operands, format }, outputPaddingHeight, outputPaddingWidth]) => ({
    node: { op: 'convTranspose2d', ...geometry, outputPaddingHeight, outputPaddingWidth, ...arithmetic },
    operands,
    format,
  }));

/** Some sums are long enough that pairs of int8 weights do not fit a double. */
const anyDepth = fc.oneof({ weight: 5, arbitrary: upTo(40) }, fc.constantFrom(1500, 4095, 4096, 9000));

export const anyFullyConnected: fc.Arbitrary<IntCase> = fc
  .record({ leading: fc.array(upTo(3), { maxLength: 3 }), depth: anyDepth, outputs: upTo(20) })
  .chain(({ leading, depth, outputs }) => anyArrayOperands([...leading, depth], [outputs, depth]))
  .map(({ arithmetic, operands, format }) => ({
    node: { op: 'fullyConnected', ...arithmetic },
    operands,
    format,
  }));

/** Two shapes that broadcast to `shape` together: axes dropped or repeated on one side or the other. */
function broadcastPair(shape: Shape): fc.Arbitrary<readonly [Shape, Shape]> {
  const sides = fc.array(fc.constantFrom('left', 'right', 'both', 'both'), {
    minLength: shape.length,
    maxLength: shape.length,
  });
  return fc.tuple(sides, upTo(shape.length, 0), fc.boolean()).map(([full, dropped, swapped]) => {
    const left = shape.map((extent, axis) => (full[axis] === 'right' ? 1 : extent));
    const right = shape.map((extent, axis) => (full[axis] === 'left' ? 1 : extent));
    const kept = right.slice(full.slice(0, dropped).every((side) => side === 'left') ? dropped : 0);
    return swapped ? [kept, left] : [left, kept];
  });
}

export const anyMatMul: fc.Arbitrary<IntCase> = fc
  .record({ batch: fc.array(upTo(3), { maxLength: 2 }), m: upTo(7), depth: anyDepth, n: upTo(18) })
  .chain(({ batch, m, depth, n }) =>
    fc
      .record({ batches: broadcastPair(batch), a: anyCodeFormat(), constant: fc.boolean() })
      .chain(({ batches: [aBatch, bBatch], a, constant }) =>
        anyWeightFormat(a).chain((b) =>
          fc.record({
            left: anyActivation(a, [...aBatch, m, depth]),
            right: anyOperand(b, [...bBatch, depth, n], constant),
            inputZeroPoints: fc.tuple(anyCode(a), anyCode(b)),
            staged: anyStage(typicalSum(depth, a, b), n),
          }),
        ),
      ),
  )
  .map(({ left, right, inputZeroPoints, staged }) => ({
    node: { op: 'matMul', inputZeroPoints, ...staged.stage },
    operands: [left, right],
    format: staged.format,
  }));

const anyShape = fc.array(upTo(5), { minLength: 0, maxLength: 4 });

function anyPair(formats: fc.Arbitrary<IntFormat>) {
  return fc
    .tuple(
      anyShape.chain((shape) => fc.tuple(broadcastPair(shape), fc.constant(shape))),
      formats,
      formats,
    )
    .chain(([[[aShape, bShape], shape], a, b]) =>
      fc.record({
        a: fc.constant(a),
        b: fc.constant(b),
        channels: fc.constant(shape.at(-1) ?? 1),
        operands: fc.tuple(anyActivation(a, aShape), anyActivation(b, bShape)),
        inputZeroPoints: fc.tuple(anyCode(a), anyCode(b)),
      }),
    );
}

/** Both operands arrive at about 2^20, as with TFLite's left shift of 20. */
export const anyAddOrSub = (op: 'add' | 'sub'): fc.Arbitrary<IntCase> =>
  anyPair(anyCodeFormat()).chain(({ a, b, channels, operands, inputZeroPoints }) => {
    const leftShift = 20 - Math.max(a.bits, b.bits);
    return fc
      .record({
        inputRequantizers: fc.tuple(anyRequantizerFor(2 ** 8, channels), anyRequantizerFor(2 ** 8, channels)),
        staged: anyStage(2 ** 20, channels),
      })
      .map(({ inputRequantizers, staged }) => ({
        node: { op, inputZeroPoints, leftShift, inputRequantizers, ...staged.stage },
        operands,
        format: staged.format,
      }));
  });

export const anyMul: fc.Arbitrary<IntCase> = anyPair(anyCodeFormat()).chain(
  ({ a, b, channels, operands, inputZeroPoints }) =>
    anyStage(typicalSum(1, a, b), channels).map(({ stage, format }) => ({
      node: { op: 'mul', inputZeroPoints, ...stage },
      operands,
      format,
    })),
);

/** One operand of any shape with at least one axis. */
function anyTensor(formats: fc.Arbitrary<IntFormat>) {
  return fc
    .tuple(fc.array(upTo(6), { minLength: 1, maxLength: 4 }), formats)
    .chain(([shape, x]) => fc.record({ shape: fc.constant(shape), operand: anyActivation(x, shape) }));
}

export const anyRequantize: fc.Arbitrary<IntCase> = anyTensor(anyCodeFormat()).chain(({ shape, operand }) =>
  fc
    .record({
      inputZeroPoint: anyCode(operand.format),
      staged: anyStage(2 ** operand.format.bits, shape.at(-1)!),
    })
    .map(({ inputZeroPoint, staged }) => ({
      node: { op: 'requantize', inputZeroPoint, ...staged.stage },
      operands: [operand],
      format: staged.format,
    })),
);

export const anyLut: fc.Arbitrary<IntCase> = fc
  .tuple(anyTensor(anyCodeFormat(8)), anyCodeFormat(), fc.boolean())
  .chain(([{ shape, operand }, format, perChannel]) => {
    const codes = 2 ** operand.format.bits;
    return anyOperand(format, perChannel ? [shape.at(-1)!, codes] : [codes], true).map((table) => ({
      node: { op: 'lut' },
      operands: [operand, table],
      format,
    }));
  });

export const anySoftmax: fc.Arbitrary<IntCase> = fc
  .record({
    x: anyTensor(anyCodeFormat(10)),
    format: anyCodeFormat(),
    multiplier: upTo(2 ** 31 - 1, 2 ** 30),
    leftShift: upTo(26, 10),
  })
  .map(({ x, format, multiplier, leftShift }) => ({
    node: {
      op: 'softmax',
      multiplier,
      leftShift,
      smallestDifference: 0 - Math.floor((31 * 2 ** 26) / 2 ** leftShift),
    },
    operands: [x.operand],
    format,
  }));

export const anyLogSoftmax: fc.Arbitrary<IntCase> = fc
  .record({
    x: anyTensor(anyCodeFormat(9)),
    fractionBits: upTo(20, 4),
    scale: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  })
  .chain(({ x: { shape, operand }, fractionBits, scale }) => {
    const codes = Array.from({ length: 2 ** operand.format.bits }, (_, d) => scale * -d);
    const table = (values: readonly number[]): TestOperand => ({
      tensor: tensorFrom(
        'int32',
        [values.length],
        values.map((value) => Math.round(value * 2 ** fractionBits) + 0),
      ),
      format: INT32,
      constant: true,
    });
    return anyStage(2 ** (fractionBits + 4), shape.at(-1)!).map(({ stage, format }) => ({
      node: { op: 'logSoftmax', fractionBits, ...stage },
      operands: [operand, table(codes), table(codes.map(Math.exp))],
      format,
    }));
  });

export const anyLayerNormalization: fc.Arbitrary<IntCase> = fc
  .record({
    leading: upTo(4),
    features: fc.oneof({ weight: 4, arbitrary: upTo(20) }, fc.constantFrom(384, 1500)),
    x: anyCodeFormat(),
    fractionBits: upTo(16, 2),
    epsilon: fc.constantFrom(0, 1, 1000),
  })
  .chain(({ leading, features, x, fractionBits, epsilon }) =>
    fc
      .record({
        operand: anyActivation(x, [leading, features]),
        gamma: fc.integer({ min: 2, max: 28 - fractionBits }).chain((bits) =>
          anyOperand(INT16, [features], true).map(({ tensor, ...rest }) => ({
            ...rest,
            tensor: tensorFrom(
              'int16',
              [features],
              Array.from(tensor.data, (g) => Math.trunc(g / 2 ** Math.max(0, 16 - bits)) + 0),
            ),
          })),
        ),
        beta: anyOperand({ bits: 20, signed: true }, [features], true),
        staged: anyStage(2 ** 24, features),
      })
      .map(({ operand, gamma, beta, staged }) => ({
        node: { op: 'layerNormalization', epsilon, fractionBits, ...staged.stage },
        operands: [operand, gamma, { ...beta, format: INT32 }],
        format: staged.format,
      })),
  );

/** Pads narrower than the kernel: a window always covers some input. */
const anyPoolWindow = anyWindow.filter(({ window, height, width }) => coversInput(window, height, width));

function coversInput(window: Window2d, height: number, width: number): boolean {
  const rows = reaches(
    height,
    window.kernelHeight,
    window.strideHeight,
    window.dilationHeight,
    window.padTop,
    window.padBottom,
  );
  return (
    rows &&
    reaches(
      width,
      window.kernelWidth,
      window.strideWidth,
      window.dilationWidth,
      window.padLeft,
      window.padRight,
    )
  );
}

function reaches(
  extent: number,
  kernel: number,
  stride: number,
  dilation: number,
  before: number,
  after: number,
): boolean {
  for (let start = -before; start + dilatedExtent(kernel, dilation) <= extent + after; start += stride) {
    const met = Array.from({ length: kernel }, (_, tap) => start + tap * dilation);
    if (!met.some((position) => position >= 0 && position < extent)) return false;
  }
  return true;
}

const anyPooled = fc
  .record({ placed: anyPoolWindow, batch: upTo(2), channels: upTo(5), format: anyCodeFormat() })
  .chain(({ placed: { window, height, width }, batch, channels, format }) =>
    fc.record({
      window: fc.constant(window),
      format: fc.constant(format),
      operand: anyActivation(format, [batch, height, width, channels]),
    }),
  );

export const anyMaxPool: fc.Arbitrary<IntCase> = anyPooled.map(({ window, operand, format }) => ({
  node: { op: 'maxPool', ...window },
  operands: [operand],
  format,
}));

export const anyAveragePool: fc.Arbitrary<IntCase> = anyPooled.chain(({ window, operand, format }) =>
  fc
    .record({
      countIncludePad: fc.boolean(),
      inputZeroPoint: anyCode(format),
      clamp: anyClamp(format),
    })
    .map((rest) => ({ node: { op: 'averagePool', ...window, ...rest }, operands: [operand], format })),
);

export const anyMean: fc.Arbitrary<IntCase> = anyTensor(anyCodeFormat()).chain(({ shape, operand }) =>
  fc
    .record({ axes: fc.subarray(shape.map((_, axis) => axis)), keepDims: fc.boolean() })
    .chain(({ axes, keepDims }) => {
      const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
      const kept = shape.flatMap((extent, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [extent]));
      return fc
        .record({
          inputZeroPoint: anyCode(operand.format),
          staged: anyStage(Math.sqrt(count) * 2 ** operand.format.bits, kept.at(-1) ?? 1),
        })
        .map(({ inputZeroPoint, staged }) => ({
          node: { op: 'mean' as const, axes, keepDims, inputZeroPoint, ...staged.stage },
          operands: [operand],
          format: staged.format,
        }));
    }),
);

const anyTaps = (extent: number, weightBits: number) =>
  fc
    .array(fc.tuple(upTo(extent - 1, 0), upTo(extent - 1, 0), upTo(2 ** weightBits, 0)), {
      minLength: 1,
      maxLength: 5,
    })
    .map((taps) => ({
      lower: taps.map(([lower]) => lower),
      upper: taps.map(([, upper]) => upper),
      upperWeight: taps.map(([, , weight]) => weight),
    }));

export const anyResize: fc.Arbitrary<IntCase> = fc
  .record({
    batch: upTo(2),
    height: upTo(4),
    width: upTo(4),
    channels: upTo(4),
    weightBits: upTo(11, 0),
    rounding: fc.constantFrom('halfAwayFromZero' as const, 'halfUp' as const),
    format: anyCodeFormat(),
  })
  .chain(({ batch, height, width, channels, weightBits, rounding, format }) =>
    fc
      .record({
        rows: anyTaps(height, weightBits),
        columns: anyTaps(width, weightBits),
        operand: anyActivation(format, [batch, height, width, channels]),
      })
      .map(({ rows, columns, operand }) => ({
        node: { op: 'resize' as const, rows, columns, weightBits, rounding },
        operands: [operand],
        format,
      })),
  );
