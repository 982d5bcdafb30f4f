import type { Activity, Extent } from './activity.js';
import { NOWHERE } from './addresses.js';
import type { Datapath } from './datapath.js';
import { LanePipeline } from './lane-pipeline.js';
import type { ReadElement, RequantizeOperation, VectorOperation } from './operations.js';
import { ReadPort } from './read-port.js';
import type { ElementFormat } from './sram.js';

/** Biases are int32. */
export const BIAS = { bytes: 4, signed: true } as const;

/** What a unit after the array makes: results in their order, from when they are begun until they are written. */
class Results {
  readonly extent: Extent;
  readonly pipeline: LanePipeline;
  readonly #format: ElementFormat;
  readonly #datapath: Datapath;
  readonly #addresses: Int32Array;
  readonly #codes: Float64Array;
  #made = 0;
  #written = 0;

  constructor(
    { addresses, format }: RequantizeOperation | VectorOperation,
    latency: number,
    datapath: Datapath,
  ) {
    const { memories, accelerator } = datapath;
    this.#addresses = addresses();
    this.extent = memories.output.extentOf(this.#addresses, format);
    // Whole elements that the output buffer takes a cycle.
    const perCycle = Math.floor(accelerator.outputBuffer.bandwidthBytesPerCycle / format.bytes);
    this.pipeline = new LanePipeline(this.#addresses.length, latency, perCycle);
    this.#format = format;
    this.#datapath = datapath;
    this.#codes = new Float64Array(this.#addresses.length);
  }

  /** Makes the results that were begun, and writes those that left the lanes. */
  move(codeOf: (element: number) => number): void {
    for (const { begun } = this.pipeline; this.#made < begun; this.#made += 1) {
      this.#codes[this.#made] = codeOf(this.#made);
    }
    const { output } = this.#datapath.memories;
    for (const { written } = this.pipeline; this.#written < written; this.#written += 1) {
      output.write(this.#addresses[this.#written]!, this.#codes[this.#written]!, this.#format);
    }
  }
}

/** Accumulators to codes: every lane begins one element a cycle. */
export class Requantization implements Activity {
  readonly reads: readonly Extent[];
  readonly writes: readonly Extent[];
  readonly #operation: RequantizeOperation;
  readonly #datapath: Datapath;
  readonly #results: Results;
  readonly #places: Int32Array;
  readonly #biasAddresses: Int32Array | null;

  constructor(operation: RequantizeOperation, datapath: Datapath) {
    const { accumulators, memories, accelerator } = datapath;
    this.#operation = operation;
    this.#datapath = datapath;
    this.#results = new Results(operation, accelerator.requantizer.latencyCycles, datapath);
    this.#places = operation.places();
    this.#biasAddresses = operation.biasAddresses === null ? null : operation.biasAddresses();
    const biases = this.#biasAddresses === null ? [] : [memories.bias.extentOf(this.#biasAddresses, BIAS)];
    this.reads = [accumulators.extentOf(this.#places), ...biases];
    this.writes = [this.#results.extent];
  }

  evaluate(): boolean {
    const { pipeline } = this.#results;
    const { lanes } = this.#datapath.accelerator.requantizer;
    return pipeline.evaluate(Math.min(pipeline.begun + lanes, this.#operation.elements));
  }

  move(): void {
    const { codeOf } = this.#operation;
    const { accumulators, memories } = this.#datapath;
    const [places, biases] = [this.#places, this.#biasAddresses];
    this.#results.move((element) => {
      const place = places[element]!;
      const sum = place === NOWHERE ? 0 : accumulators.read(place);
      const bias = biases === null ? 0 : memories.bias.read(biases[element]!, BIAS);
      return codeOf(sum + bias, element);
    });
  }
}

/**
 * The vector lanes: an operation begins when its share of the input has been read, each lane one a cycle; a result is complete
 * when its last operation has been begun, and leaves the lanes some cycles later.
 */
export class VectorWork implements Activity {
  readonly reads: readonly Extent[];
  readonly writes: readonly Extent[];
  readonly #operation: VectorOperation;
  readonly #lanes: number;
  readonly #port: ReadPort;
  readonly #results: Results;
  readonly #read: ReadElement;
  #begun = 0;

  constructor(operation: VectorOperation, datapath: Datapath) {
    const { vector, activationBuffer } = datapath.accelerator;
    const { memories } = datapath;
    this.#operation = operation;
    this.#lanes = vector.lanes;
    this.#port = new ReadPort(activationBuffer.bandwidthBytesPerCycle);
    this.#read = (memory, at, element) => memories[memory].read(at, element);
    this.#results = new Results(operation, vector.latencyCycles, datapath);
    this.reads = operation.reads.map(({ memory, first, end }) => memories[memory].rowOf(first, end - first));
    this.writes = [this.#results.extent];
  }

  evaluate(): boolean {
    this.#port.fetch();
    const { operations, inputBytes, outputs } = this.#operation;
    const readable =
      inputBytes === 0 ? operations : Math.floor((this.#port.arrivedBytes * operations) / inputBytes);
    this.#begun = Math.min(this.#begun + this.#lanes, readable, operations);
    return this.#results.pipeline.evaluate(Math.floor((this.#begun * outputs) / operations));
  }

  move(): void {
    this.#results.move((output) => this.#operation.codeOf(output, this.#read));
  }
}
