import { phaseTaps, type Axis, type KernelAxis } from '../space/axis.js';
import { countOfPhase, whole } from '../space/interval.js';

/** What a layer asks of the machine: an iteration space with the bytes of its operands, and no values. Plain data. */
export type Workload = ArrayWorkload | VectorWorkload | FreeWorkload | HostWorkload;

/**
 * The iteration space of an array operator: `groups` independent matrix products. Each output position of each group is
 * the sum over taps and input channels of weights times activations, for each of the group's output channels.
 */
export interface ArrayShape {
  readonly images: number;
  readonly rows: KernelAxis;
  readonly columns: KernelAxis;
  readonly groups: number;
  /** Of one group. */
  readonly inputChannels: number;
  /** Of one group. */
  readonly outputChannels: number;
}

/** What a layer finds and leaves on chip as whole tensors, beside the tiles it works on. */
export interface WorkloadResidency {
  /** Operands that are on chip, in their order: `residentInput0`, `residentInput1`, … They are not loaded. */
  readonly inputs: number;
  /** Bytes that are loaded all the same for each input position and channel. */
  readonly loadedInputBytes: number;
  /** Its result stays, in `residentOutput0`, and is not stored. */
  readonly output: boolean;
  /** Its weights and biases, or parameters, are on chip, in `residentWeight0` and `residentBias0`. */
  readonly weights: boolean;
  /** Bytes of the scratchpad, or of the weight buffer, that whole tensors take all the while, those of others included. */
  readonly reservedBytes: number;
}

/** The residency of a workload, of one that says nothing that it loads and stores everything. */
export function residencyOf(workload: ArrayWorkload | VectorWorkload): WorkloadResidency {
  const loadedInputBytes =
    workload.kind === 'array' ? Math.ceil(workload.activationBits / 8) : workload.inputBytes;
  const { residency } = workload;
  return residency ?? { inputs: 0, loadedInputBytes, output: false, weights: false, reservedBytes: 0 };
}

/** An iteration space for the MAC array with the size of one element of each operand. */
export interface ArrayWorkload extends ArrayShape {
  readonly kind: 'array';
  readonly activationBits: number;
  /** An activation in the place of a weight has the bits it is stored in: nobody packs it into lanes. */
  readonly weightBits: number;
  /** Bytes of the bias of one output channel; 0 where there is none. */
  readonly biasBytes: number;
  readonly outputBytes: number;
  readonly residency?: WorkloadResidency;
}

/** Anything the vector unit computes: every output element costs some lane operations. */
export interface VectorWorkload {
  readonly kind: 'vector';
  readonly images: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly channels: number;
  /** A result needs all channels of its position (a softmax), so that no tile may divide them. */
  readonly wholeChannels: boolean;
  /** Bytes of each input position and channel: one element of each operand that follows the output. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** For each output element: lane operations, and bytes read from the activation buffer (overlaps and passes repeat). */
  readonly operationsPerOutput: number;
  readonly readBytesPerOutput: number;
  /** Tables, per-channel parameters and broadcast operands: loaded once into the weight buffer and kept there. */
  readonly parameterBytes: number;
  readonly residency?: WorkloadResidency;
}

/** Another name for the same bytes: moves nothing and takes no time. */
export interface FreeWorkload {
  readonly kind: 'free';
}

/** Work that the machine cannot do: it has no cycles here, and is listed with its reason. */
export interface HostWorkload {
  readonly kind: 'host';
  readonly reason: string;
}

/**
 * Multiply-accumulates of an iteration space: positions x taps x channels. Taps that fall on padding count, as is usual;
 * of a transposed convolution, the taps of each phase count at each output position of the phase.
 */
export function arrayMacs(shape: ArrayShape): number {
  const perGroup =
    axisTaps(shape.rows) * axisTaps(shape.columns) * shape.inputChannels * shape.outputChannels;
  return shape.images * shape.groups * perGroup;
}

/** Σ over the output positions of an axis of the taps that meet there. */
function axisTaps(axis: KernelAxis): number {
  const taps = phaseTaps(axis);
  const positions = whole(axis.outputExtent);
  return taps.reduce((sum, count, phase) => sum + count * countOfPhase(positions, phase, taps.length), 0);
}
