import type { ValueId } from '../../ir/graph.js';
import { residencyOf, type WorkloadResidency } from '../../lower/workload/workload.js';
import type { Layer, Network } from '../layer.js';
import { namingOf, type Naming, type Resident, type ResidentTensor } from './residents.js';

/** What stays on chip in a network, and what each layer sees of it. */
export class Kept {
  readonly residents: readonly Resident[];
  readonly #network: Network;
  readonly #nameOf: Naming;
  readonly #tensors: ReadonlyMap<ValueId, ResidentTensor>;

  constructor(network: Network, residents: readonly Resident[] = []) {
    this.residents = residents;
    this.#network = network;
    this.#nameOf = namingOf(network);
    this.#tensors = new Map(
      residents.flatMap((each) =>
        each.kind === 'activations' ? each.tensors.map((tensor) => [tensor.value, tensor] as const) : [],
      ),
    );
  }

  with(resident: Resident): Kept {
    return new Kept(this.#network, [...this.residents, resident]);
  }

  /** The layer with what it finds and leaves on chip. */
  layer(index: number): Layer {
    const layer = this.#network.layers[index]!;
    const { workload } = layer;
    if (workload.kind === 'free' || workload.kind === 'host') return layer;
    const residency: WorkloadResidency = {
      inputs: this.inputs(index).length,
      loadedInputBytes: this.#loadedInputBytes(layer, residencyOf(workload).loadedInputBytes),
      output: this.output(index) !== null,
      weights: this.residents.some((each) => each.kind === 'weights' && each.layer === index),
      reservedBytes: this.reservedBytes(index),
    };
    return { ...layer, workload: { ...workload, residency } };
  }

  /** The tensors in `residentInput0`, `residentInput1`, … of a layer. */
  inputs(index: number): readonly ValueId[] {
    const { tensors } = this.#network.layers[index]!;
    const names = tensors?.streamed.map(({ value }) => this.#nameOf(value)) ?? [];
    return names.filter((value) => this.#tensors.has(value));
  }

  /** The tensor that stays in `residentOutput0` of a layer. */
  output(index: number): ValueId | null {
    const output = this.#network.layers[index]!.tensors?.output;
    return output !== undefined && this.#tensors.has(output) ? output : null;
  }

  /** Bytes on chip while a layer runs, beside its tiles: tensors from their maker to their last reader, weights always. */
  reservedBytes(index: number): number {
    const tensors = [...this.#tensors.values()].filter(({ first, last }) => first <= index && index <= last);
    const weights = this.residents.map((each) => (each.kind === 'weights' ? each.bytes : 0));
    return [...tensors.map(({ bytes }) => bytes), ...weights].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Where some operands stay and others do not, the work is elementwise: an element of each at every position. */
  #loadedInputBytes({ tensors }: Layer, inputBytes: number): number {
    const streamed = tensors?.streamed ?? [];
    const loaded = streamed.filter(({ value }) => !this.#tensors.has(this.#nameOf(value)));
    if (loaded.length === streamed.length) return inputBytes;
    return loaded.reduce((sum, { elementBytes }) => sum + elementBytes, 0);
  }
}
