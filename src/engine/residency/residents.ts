import type { ValueId } from '../../ir/graph.js';
import type { Layer, Network } from '../layer.js';

/** A layer's result, on chip from the start of the layer that makes it to the end of the last that reads it. */
export interface ResidentTensor {
  readonly value: ValueId;
  readonly bytes: number;
  /** Positions of layers in the network. */
  readonly first: number;
  readonly last: number;
}

/** What could stay on chip, to be decided as one: tensors that are concatenated with each other, or a layer's parameters. */
export type Resident =
  | { readonly kind: 'activations'; readonly tensors: readonly ResidentTensor[] }
  | { readonly kind: 'weights'; readonly layer: number; readonly bytes: number };

/** A tensor by the name its maker gave it, whatever a reshape calls it later. */
export type Naming = (value: ValueId) => ValueId;

/** Layers that take no time give the same bytes another name. */
export function namingOf({ layers }: Network): Naming {
  const names = new Map<ValueId, ValueId>();
  const nameOf: Naming = (value) => names.get(value) ?? value;
  for (const { workload, tensors } of layers) {
    if (workload.kind === 'free' && tensors !== undefined) {
      names.set(tensors.output, nameOf(tensors.streamed[0]!.value));
    }
  }
  return nameOf;
}

/**
 * Results that need not be stored: each is read, only as activations whose tiles a layer of the machine reads, and is no
 * result of the network. Operands of a concatenation are loaded together, and so stay together or not at all.
 */
export function residentActivations(network: Network): Resident[] {
  const nameOf = namingOf(network);
  const stored = new Set<ValueId>(network.outputs?.map(nameOf));
  const made = new Map<ValueId, ResidentTensor>();
  network.layers.forEach(({ workload, tensors }, index) => {
    if (tensors === undefined || workload.kind === 'free') return;
    for (const value of tensors.others) stored.add(nameOf(value));
    for (const { value } of tensors.streamed) {
      const tensor = made.get(nameOf(value));
      if (tensor !== undefined) made.set(tensor.value, { ...tensor, last: index });
    }
    const { output, outputBytes } = tensors;
    if (workload.kind === 'host') return;
    made.set(output, { value: output, bytes: outputBytes, first: index, last: index });
  });
  const tensors = [...made.values()].filter(({ value, first, last }) => last > first && !stored.has(value));
  return joined(
    tensors.map((tensor) => [tensor]),
    network.layers.filter(({ op }) => op === 'concat'),
    nameOf,
  ).map((group) => ({ kind: 'activations', tensors: group }));
}

type Group = readonly ResidentTensor[];

const has = (group: Group, operand: ValueId): boolean => group.some(({ value }) => value === operand);

/** Groups with the operands of each concatenation in one; where an operand is in none, neither are the others. */
function joined(
  groups: readonly Group[],
  concatenations: readonly Layer[],
  nameOf: Naming,
): readonly Group[] {
  return concatenations.reduce((apart, { tensors }) => {
    const operands = tensors?.streamed.map(({ value }) => nameOf(value)) ?? [];
    const touched = apart.filter((group) => operands.some((operand) => has(group, operand)));
    const others = apart.filter((group) => !touched.includes(group));
    const isWhole = operands.every((operand) => touched.some((group) => has(group, operand)));
    return isWhole ? [...others, touched.flat()] : others;
  }, groups);
}

/** Weights, biases and parameters of each layer that has only constants among them. */
export function residentWeights({ layers }: Network): Resident[] {
  return layers.flatMap(({ workload, tensors, parameterBytes }, layer): Resident[] => {
    const isOnMachine = workload.kind === 'array' || workload.kind === 'vector';
    if (!isOnMachine || tensors?.hasConstantParameters !== true) return [];
    const bytes = workload.kind === 'vector' ? workload.parameterBytes : parameterBytes;
    return bytes === 0 ? [] : [{ kind: 'weights', layer, bytes }];
  });
}
