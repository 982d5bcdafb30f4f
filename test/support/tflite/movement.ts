import type { TfliteBuild } from '../../../src/arith/tflite/build.js';
import {
  BILINEAR_FRACTION_BITS,
  bilinearCode,
  bilinearTaps,
  nearestPositions,
  type ResizeAxis,
} from '../../../src/arith/tflite/resize.js';
import type { AxisTaps } from '../../../src/ir/ops/resize.js';
import { forEachIndex } from '../../../src/kernels/reference/tabulate.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { runNode } from '../run-node.js';
import {
  clamped,
  clampOf,
  fed,
  formatOf,
  param,
  zeroPointOf,
  type TfliteCase,
  type TfliteOperators,
  type TfliteTensor,
} from './tensor.js';
import { extents4 } from './windows.js';

/** Operators that move codes, and resizing. */

function concatenation(testCase: TfliteCase): ArrayLike<number> {
  const { inputs, output } = testCase;
  const axis = param(testCase, 'axis');
  const node = { op: 'concat', axis: axis < 0 ? axis + output.shape.length : axis } as const;
  const range = clampOf(testCase);
  return Array.from(runNode(referenceKernels, node, inputs.map(fed), formatOf(output)).data, (code) =>
    clamped(range, code),
  );
}

/** Pairs of (before, after), one per axis; what is added is the output's zero. */
function pad({ inputs, output }: TfliteCase): ArrayLike<number> {
  const [x, paddings] = inputs as [TfliteTensor, TfliteTensor];
  const node = {
    op: 'pad',
    mode: 'constant',
    before: paddings.data.filter((_, i) => i % 2 === 0),
    after: paddings.data.filter((_, i) => i % 2 === 1),
    value: zeroPointOf(output),
  } as const;
  return runNode(referenceKernels, node, [fed(x)], formatOf(output)).data;
}

/** Rows and columns of a resize case. */
function axesOf(testCase: TfliteCase): readonly [ResizeAxis, ResizeAxis] {
  const [x, size] = testCase.inputs as [TfliteTensor, TfliteTensor];
  const axis = (which: 0 | 1): ResizeAxis => ({
    input: x.shape[which + 1]!,
    output: size.data[which]!,
    alignCorners: param(testCase, 'align') === 1,
    halfPixelCenters: param(testCase, 'half') === 1,
  });
  return [axis(0), axis(1)];
}

function throughKernel({ inputs, output }: TfliteCase, rows: AxisTaps, columns: AxisTaps): ArrayLike<number> {
  const node = {
    op: 'resize',
    rows,
    columns,
    weightBits: BILINEAR_FRACTION_BITS,
    rounding: 'halfAwayFromZero',
  } as const;
  return runNode(referenceKernels, node, [fed(inputs[0]!)], formatOf(output)).data;
}

const blended = (axis: ResizeAxis): AxisTaps => {
  const taps = bilinearTaps(axis);
  return {
    lower: taps.map(({ lower }) => lower),
    upper: taps.map(({ upper }) => upper),
    upperWeight: taps.map(({ fraction }) => fraction),
  };
};

const copied = (axis: ResizeAxis): AxisTaps => {
  const positions = nearestPositions(axis);
  return { lower: positions, upper: positions, upperWeight: positions.map(() => 0) };
};

function resizeNearest(testCase: TfliteCase): ArrayLike<number> {
  const [rows, columns] = axesOf(testCase);
  return throughKernel(testCase, copied(rows), copied(columns));
}

/** The default build through the kernel of our graph, which has no other. */
function resizeBilinear(testCase: TfliteCase, build: TfliteBuild): ArrayLike<number> {
  const [rows, columns] = axesOf(testCase);
  if (build === 'double') return throughKernel(testCase, blended(rows), blended(columns));
  const x = testCase.inputs[0]!;
  const [, height, width, channels] = extents4(x);
  const [rowTaps, columnTaps] = [bilinearTaps(rows), bilinearTaps(columns)];
  const codes: number[] = [];
  forEachIndex(testCase.output.shape, ([n, row, column, channel]) => {
    const [r, c] = [rowTaps[row!]!, columnTaps[column!]!];
    const at = (inputRow: number, inputColumn: number): number =>
      x.data[((n! * height + inputRow) * width + inputColumn) * channels + channel!]!;
    const around = [
      at(r.lower, c.lower),
      at(r.lower, c.upper),
      at(r.upper, c.lower),
      at(r.upper, c.upper),
    ] as const;
    codes.push(bilinearCode(around, r.fraction, c.fraction, build));
  });
  return codes;
}

const resized = { types: /^int8,int32->int8$/, params: ['align', 'half'] };

export const movement: TfliteOperators = {
  CONCATENATION: [
    { types: /^(int8(,int8)*->int8|int16(,int16)*->int16)$/, params: ['axis', 'act'], run: concatenation },
  ],
  PAD: [{ types: /^(int8,int32->int8|int16,int32->int16)$/, params: [], run: pad }],
  RESIZE_BILINEAR: [{ ...resized, run: resizeBilinear }],
  RESIZE_NEAREST_NEIGHBOR: [{ ...resized, run: resizeNearest }],
};
