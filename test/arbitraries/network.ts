import fc from 'fast-check';
import type { Layer, LayerTensors, Network } from '../../src/engine/layer.js';
import { identityAxis, type KernelAxis } from '../../src/lower/space/axis.js';
import type { ArrayWorkload, VectorWorkload, Workload } from '../../src/lower/workload/workload.js';

/** Every value of the networks is 6 x 6 positions of int8. */
const SIDE = 6;
const INPUT_CHANNELS = 8;
/** Of the value `input`. */
export const INPUT_BYTES = SIDE * SIDE * INPUT_CHANNELS;
const WINDOW: KernelAxis = {
  kind: 'window',
  inputExtent: SIDE,
  outputExtent: SIDE,
  kernel: 3,
  stride: 1,
  dilation: 1,
  padBefore: 1,
};

interface Value {
  readonly id: string;
  readonly channels: number;
}

/** Picks of a layer: what it does, which earlier values it reads, how many channels it makes. */
const anyPicks = fc.record({
  op: fc.constantFrom('conv2d', 'conv2d', 'add', 'add', 'concat', 'lut', 'reshape', 'matMul', 'mul', 'float'),
  reads: fc.tuple(fc.nat(3), fc.nat(3)),
  channels: fc.constantFrom(4, 8, 16),
});
type Picks = typeof anyPicks extends fc.Arbitrary<infer P> ? P : never;

/** Networks of up to eight layers with branches, sums, concatenations, reshapes, products of activations and host work. */
export const anyNetwork: fc.Arbitrary<Network> = fc
  .record({
    picks: fc.array(anyPicks, { minLength: 2, maxLength: 8 }),
    lastIsNotTheOnlyOutput: fc.boolean(),
  })
  .map(({ picks, lastIsNotTheOnlyOutput }) => networkFrom(picks, lastIsNotTheOnlyOutput));

/** The network of some picks: layer i makes `v<i>`; `reads` count back from the value before, with `input` as the first. */
export function networkFrom(picks: readonly Picks[], firstIsAnOutput = false): Network {
  const values: Value[] = [{ id: 'input', channels: INPUT_CHANNELS }];
  const layers = picks.map((pick, index) => {
    const { layer, channels } = layerOf(pick, values, `v${index}`);
    values.push({ id: `v${index}`, channels });
    return layer;
  });
  const outputs = [values.at(-1)!.id, ...(firstIsAnOutput ? [values[1]!.id] : [])];
  return { name: 'any', shapesOnly: true, layers, outputs };
}

function layerOf(
  { op, reads, channels }: Picks,
  values: readonly Value[],
  output: string,
): { readonly layer: Layer; readonly channels: number } {
  const [x, y] = reads.map((back) => values[Math.max(0, values.length - 1 - back)]!) as [Value, Value];
  const made = (
    size: number,
    workload: Workload,
    streamed: readonly Value[],
    others: readonly Value[] = [],
  ) => ({
    channels: size,
    layer: layer(op, output, size, workload, streamed, others),
  });
  switch (op) {
    case 'conv2d':
      return made(channels, array(WINDOW, x.channels, channels), [x]);
    case 'matMul':
      return made(channels, array(identityAxis(SIDE), x.channels, channels), [x], [y]);
    case 'concat':
      return made(x.channels + y.channels, vector(x.channels + y.channels, 1), [x, y]);
    case 'add':
      return x.channels === y.channels
        ? made(x.channels, vector(x.channels, 2), [x, y])
        : made(x.channels, vector(x.channels, 1), [x], [y]);
    case 'reshape':
      return made(x.channels, { kind: 'free' }, [x]);
    case 'float':
      return made(x.channels, { kind: 'host', reason: 'a test' }, [], [x]);
    default:
      return made(x.channels, { ...vector(x.channels, 1), parameterBytes: 256 }, [x]);
  }
}

function layer(
  op: string,
  output: string,
  channels: number,
  workload: Workload,
  streamed: readonly Value[],
  others: readonly Value[],
): Layer {
  const hasParameters = op === 'conv2d' || op === 'lut' || op === 'mul';
  const tensors: LayerTensors = {
    streamed: streamed.map(({ id }) => ({ value: id, elementBytes: 1 })),
    others: others.map(({ id }) => id),
    output,
    outputBytes: SIDE * SIDE * channels,
    hasConstantParameters: hasParameters && others.length === 0,
  };
  const parameterBytes = workload.kind === 'array' ? weightBytes(workload) : 256;
  return { name: output, op, outputShape: [1, SIDE, SIDE, channels], parameterBytes, workload, tensors };
}

function weightBytes({ rows, columns, inputChannels, outputChannels, biasBytes }: ArrayWorkload): number {
  return outputChannels * (rows.kernel * columns.kernel * inputChannels + biasBytes);
}

function array(axis: KernelAxis, inputChannels: number, outputChannels: number): ArrayWorkload {
  const bytes = { activationBits: 8, weightBits: 8, biasBytes: 4, outputBytes: 1 };
  return {
    kind: 'array',
    images: 1,
    rows: axis,
    columns: axis,
    groups: 1,
    inputChannels,
    outputChannels,
    ...bytes,
  };
}

function vector(channels: number, inputBytes: number): VectorWorkload {
  return {
    kind: 'vector',
    images: 1,
    rows: identityAxis(SIDE * SIDE),
    columns: identityAxis(1),
    channels,
    wholeChannels: false,
    inputBytes,
    outputBytes: 1,
    operationsPerOutput: 1,
    readBytesPerOutput: inputBytes,
    parameterBytes: 0,
  };
}
