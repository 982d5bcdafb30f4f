import type { AccumulatorFormat } from '../arith/accumulator.js';
import type { ArrayNode } from '../ir/array-node.js';
import type { IntGraph } from '../ir/graph.js';
import type { IntNode } from '../ir/operators.js';
import { accumulatorNeed, signedBits, type AccumulatorNeed } from '../ir/partial-sums.js';
import { fastKernels } from '../kernels/fast/index.js';
import type { BindKernel, KernelSet } from '../kernels/kernel.js';
import { arrayKernels } from '../kernels/reference/array-kernels.js';
import { SimulatedAccumulator } from '../kernels/reference/simulated-accumulator.js';

/** A layer with accumulators, and what it asks of them whatever its activations are. */
export interface LayerAccumulators extends AccumulatorNeed {
  /** Position among the nodes of the graph. */
  readonly index: number;
  readonly name: string;
  readonly op: string;
}

/** What simulated accumulators did in all layers. */
export interface AccumulatorEffect extends AccumulatorFormat {
  /** Additions whose partial sum did not fit. */
  readonly overflowCount: number;
}

/** What the accumulators of a layer were asked to hold while it ran: the high-water marks. */
export interface MeasuredSums {
  readonly smallest: number;
  readonly largest: number;
  /** The least two's complement width that holds both. */
  readonly bits: number;
  /** Additions whose partial sum did not fit the accumulator. */
  readonly overflowCount: number;
}

/** Every layer with accumulators, in the order of the graph. */
export function layerAccumulators(graph: IntGraph): readonly LayerAccumulators[] {
  return graph.nodes.flatMap((node, index) => {
    const need = accumulatorNeed(node, graph);
    return need === null ? [] : [{ index, name: node.name, op: node.op, ...need }];
  });
}

export interface AccumulatorOptions {
  /** Simulate every layer, also those that cannot overflow, so that all are measured. */
  readonly measureAll?: boolean;
  /** What runs everything else, and layers that are safe and not measured. */
  readonly kernels?: KernelSet<IntNode>;
}

/**
 * Kernels in which the sums of array operators are formed by accumulators of a format, one addition after the other.
 * Layers whose safe width fits the format take the kernels they would take anyway: their outputs are the same.
 *
 * @example
 * const accumulators = new AccumulatorSimulation(graph, { bits: 16, overflow: 'saturate' });
 * new IntegerRunner(graph, accumulators.kernels).run(inputs);
 * accumulators.effect().overflowCount;
 */
export class AccumulatorSimulation {
  readonly kernels: KernelSet<IntNode>;
  /** Whether any layer is simulated; else the kernels do what those that were given do. */
  readonly isNeeded: boolean;
  readonly #format: AccumulatorFormat;
  readonly #layers: readonly LayerAccumulators[];
  readonly #simulated = new Map<string, SimulatedAccumulator>();

  constructor(
    graph: IntGraph,
    format: AccumulatorFormat,
    { measureAll = false, kernels = fastKernels }: AccumulatorOptions = {},
  ) {
    this.#format = format;
    this.#layers = layerAccumulators(graph);
    const simulated = this.#layers.filter(({ safeBits }) => measureAll || safeBits > format.bits);
    this.isNeeded = simulated.length > 0;
    const names = new Set(simulated.map(({ name }) => name));
    this.kernels = choosing(
      kernels,
      arrayKernels((node, result) => {
        const { name, op } = node;
        const accumulator = new SimulatedAccumulator(format, { name, op, outputShape: result.shape });
        this.#simulated.set(name, accumulator);
        return (initial, products, position) => accumulator.sum(initial, products, position);
      }),
      ({ name }) => names.has(name),
    );
  }

  /** Every layer with what its accumulators were asked to hold in all runs so far; null where it was not simulated. */
  layers(): readonly (LayerAccumulators & { readonly measured: MeasuredSums | null })[] {
    return this.#layers.map((layer) => ({
      ...layer,
      measured: measuredSums(this.#simulated.get(layer.name)),
    }));
  }

  effect(): AccumulatorEffect {
    let overflowCount = 0;
    for (const accumulator of this.#simulated.values()) overflowCount += accumulator.overflowCount;
    return { ...this.#format, overflowCount };
  }
}

function measuredSums(accumulator: SimulatedAccumulator | undefined): MeasuredSums | null {
  if (accumulator === undefined || accumulator.largest < accumulator.smallest) return null;
  const { smallest, largest, overflowCount } = accumulator;
  return { smallest, largest, bits: signedBits({ smallest, largest }), overflowCount };
}

/** The kernels of one set, but for array operators those of another where `isChosen`. */
function choosing(
  kernels: KernelSet<IntNode>,
  chosen: KernelSet<ArrayNode<IntNode>>,
  isChosen: (node: IntNode) => boolean,
): KernelSet<IntNode> {
  const either =
    <N extends IntNode>(yes: BindKernel<N>, no: BindKernel<N>): BindKernel<N> =>
    (node, operands, result) =>
      (isChosen(node) ? yes : no)(node, operands, result);
  return {
    ...kernels,
    conv2d: either(chosen.conv2d, kernels.conv2d),
    depthwiseConv2d: either(chosen.depthwiseConv2d, kernels.depthwiseConv2d),
    convTranspose2d: either(chosen.convTranspose2d, kernels.convTranspose2d),
    fullyConnected: either(chosen.fullyConnected, kernels.fullyConnected),
    matMul: either(chosen.matMul, kernels.matMul),
  };
}
