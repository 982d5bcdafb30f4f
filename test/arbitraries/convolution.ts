import fc from 'fast-check';
import { maxOf, minOf, type IntFormat } from '../../src/arith/int-format.js';
import { Random } from '../../src/core/random.js';
import type { ConvTranspose2dGeometry } from '../../src/ir/ops/conv-transpose2d.js';
import { dilatedExtent } from '../../src/tensor/window.js';
import { windowOf } from './window.js';

type Extents4 = readonly [number, number, number, number];

/** A small convolution: forward kernels ignore the output padding. */
export interface ConvolutionCase {
  readonly geometry: ConvTranspose2dGeometry;
  readonly xShape: Extents4;
  readonly weightShape: Extents4;
  readonly inputZeroPoint: number;
  readonly weightZeroPoint: number;
  readonly seed: number;
}

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly outputPadding: number;
  readonly extent: number;
}

/** One axis on which both a convolution and a transposed convolution have at least one output. */
const anyAxis = (): fc.Arbitrary<Axis> =>
  fc
    .record({
      kernel: upTo(3),
      stride: upTo(3),
      dilation: upTo(2),
      before: fc.nat({ max: 2 }),
      after: fc.nat({ max: 2 }),
      outputPadding: fc.nat({ max: 2 }),
      extent: upTo(6),
    })
    .filter(({ kernel, stride, dilation, before, after, outputPadding, extent }) => {
      const reach = dilatedExtent(kernel, dilation);
      return (
        extent + before + after >= reach && (extent - 1) * stride + reach - before - after + outputPadding > 0
      );
    });

export function anyConvolution(format: IntFormat): fc.Arbitrary<ConvolutionCase> {
  const code = fc.integer({ min: minOf(format), max: maxOf(format) });
  return fc
    .record({
      rows: anyAxis(),
      columns: anyAxis(),
      batch: upTo(2),
      groups: upTo(3),
      groupInputs: upTo(3),
      groupOutputs: upTo(3),
      inputZeroPoint: code,
      weightZeroPoint: fc.oneof(fc.constant(0), code),
      seed: fc.integer(),
    })
    .map(({ rows, columns, batch, groups, groupInputs, groupOutputs, ...rest }) => ({
      ...rest,
      geometry: {
        groups,
        ...windowOf(rows, columns),
        outputPaddingHeight: rows.outputPadding,
        outputPaddingWidth: columns.outputPadding,
      },
      xShape: [batch, rows.extent, columns.extent, groups * groupInputs],
      weightShape: [groups * groupOutputs, rows.kernel, columns.kernel, groupInputs],
    }));
}

/** Seeded codes of a format: shrinking a case keeps them. */
export function randomCodes(count: number, format: IntFormat, random: Random): number[] {
  return Array.from({ length: count }, () => random.integer(minOf(format), maxOf(format)));
}
