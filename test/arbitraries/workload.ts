import fc from 'fast-check';
import { identityAxis, type KernelAxis } from '../../src/lower/space/axis.js';
import type { ArrayWorkload, VectorWorkload, WorkloadResidency } from '../../src/lower/workload/workload.js';
import { dilatedExtent, windowPositions } from '../../src/tensor/window.js';

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

const kernelSizes = fc.record({
  kernel: upTo(4),
  stride: upTo(3),
  dilation: upTo(2),
  before: upTo(3, 0),
  after: upTo(3, 0),
  spare: upTo(8, 0),
});

/** A window with 1 … 12 positions. Pads may be wider than the kernel, so that some positions read no input. */
const anyWindowAxis: fc.Arbitrary<KernelAxis> = kernelSizes.map(({ before, after, spare, ...sizes }) => {
  const { kernel, stride, dilation } = sizes;
  const inputExtent = Math.max(1, dilatedExtent(kernel, dilation) - before - after) + spare;
  const outputExtent = windowPositions(inputExtent, kernel, stride, dilation, before + after);
  return { kind: 'window', inputExtent, outputExtent, padBefore: before, ...sizes };
});

/** Strides may be larger than the kernel, so that some outputs have no tap. */
const anyTransposedAxis: fc.Arbitrary<KernelAxis> = kernelSizes.map(({ before, after, spare, ...sizes }) => {
  const { kernel, stride, dilation } = sizes;
  const inputExtent = 1 + Math.min(spare, 4);
  const full = (inputExtent - 1) * stride + dilatedExtent(kernel, dilation);
  const outputExtent = Math.max(1, full - before + after);
  return { kind: 'transposed', inputExtent, outputExtent, padBefore: before, ...sizes };
});

const anyKernelAxes = fc.oneof(
  { weight: 4, arbitrary: fc.record({ rows: anyWindowAxis, columns: anyWindowAxis }) },
  {
    weight: 2,
    arbitrary: fc.record({ rows: upTo(40).map(identityAxis), columns: fc.constant(identityAxis(1)) }),
  },
  { weight: 2, arbitrary: fc.record({ rows: anyTransposedAxis, columns: anyTransposedAxis }) },
);

const anyChannels = fc.oneof(
  fc.record({ groups: fc.constant(1), inputChannels: upTo(40), outputChannels: upTo(40) }),
  fc.record({ groups: upTo(24), inputChannels: fc.constant(1), outputChannels: upTo(2) }),
  fc.record({ groups: upTo(6), inputChannels: upTo(8), outputChannels: upTo(12) }),
);

const operandBits = fc.oneof(upTo(8, 2), fc.constantFrom(8, 16));

/** Half of them with some tensors on chip, and room taken by others. */
function withResidency<W extends ArrayWorkload | VectorWorkload>(
  workloads: fc.Arbitrary<W>,
  inputsOf: (workload: W) => fc.Arbitrary<Pick<WorkloadResidency, 'inputs' | 'loadedInputBytes'>>,
): fc.Arbitrary<W> {
  const resident = workloads.chain((workload) =>
    fc
      .record({
        inputs: inputsOf(workload),
        output: fc.boolean(),
        weights: fc.boolean(),
        reservedBytes: upTo(300, 0),
      })
      .map(({ inputs, ...others }) => ({ ...workload, residency: { ...inputs, ...others } })),
  );
  return fc.oneof(workloads, resident);
}

/** Dense, grouped and depthwise convolutions, transposed ones, and matrix products; small enough to count one by one. */
export const anyArrayWorkload: fc.Arbitrary<ArrayWorkload> = withResidency(
  fc
    .record({
      axes: anyKernelAxes,
      channels: anyChannels,
      images: upTo(3),
      widths: fc.record({
        activationBits: operandBits,
        weightBits: operandBits,
        biasBytes: fc.constantFrom(0, 4),
        outputBytes: upTo(2),
      }),
    })
    .map(
      ({ axes, channels, images, widths }) =>
        ({ kind: 'array', images, ...axes, ...channels, ...widths }) as const,
    )
    .filter((workload) => productBound(workload) <= 12_000),
  ({ activationBits }) =>
    fc.constantFrom(
      { inputs: 0, loadedInputBytes: Math.ceil(activationBits / 8) },
      { inputs: 1, loadedInputBytes: 0 },
    ),
);

function productBound({
  images,
  rows,
  columns,
  groups,
  inputChannels,
  outputChannels,
}: ArrayWorkload): number {
  const positions = images * rows.outputExtent * columns.outputExtent;
  return positions * rows.kernel * columns.kernel * groups * inputChannels * outputChannels;
}

/** Elementwise work, windows, and work over whole positions. */
export const anyVectorWorkload: fc.Arbitrary<VectorWorkload> = withResidency(
  fc.record({
    kind: fc.constant('vector'),
    images: upTo(3),
    rows: fc.oneof(anyWindowAxis, upTo(40).map(identityAxis)),
    columns: fc.oneof(anyWindowAxis, fc.constant(identityAxis(1))),
    channels: upTo(20),
    wholeChannels: fc.boolean(),
    inputBytes: upTo(4, 0),
    outputBytes: upTo(2),
    operationsPerOutput: upTo(16),
    readBytesPerOutput: upTo(16),
    parameterBytes: fc.oneof(fc.constant(0), upTo(64)),
  }),
  ({ inputBytes }) =>
    fc
      .record({ inputs: upTo(2, 0), loadedInputBytes: upTo(inputBytes, 0) })
      .map(({ inputs, loadedInputBytes }) => ({
        inputs,
        loadedInputBytes: inputs === 0 ? inputBytes : loadedInputBytes,
      })),
);
