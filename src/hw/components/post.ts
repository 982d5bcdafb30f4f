import type { Activity } from './activity.js';
import type { Datapath } from './datapath.js';
import { LanePipeline } from './lane-pipeline.js';
import type { ReadElement, RequantizeOperation, VectorOperation } from './operations.js';
import { ReadPort } from './read-port.js';

/** Biases are int32. */
export const BIAS = { bytes: 4, signed: true } as const;

/** Whole elements that the output buffer takes a cycle. */
function elementsPerCycle({ accelerator }: Datapath, bytes: number): number {
  return Math.floor(accelerator.outputBuffer.bandwidthBytesPerCycle / bytes);
}

/** Accumulators to codes: every lane begins one element a cycle. */
export class Requantization implements Activity {
  readonly #operation: RequantizeOperation;
  readonly #datapath: Datapath;
  readonly #pipeline: LanePipeline;
  #begun = 0;

  constructor(operation: RequantizeOperation, datapath: Datapath) {
    const { elements, format, addressOf } = operation;
    this.#operation = operation;
    this.#datapath = datapath;
    this.#pipeline = new LanePipeline(
      elements,
      datapath.accelerator.requantizer.latencyCycles,
      elementsPerCycle(datapath, format.bytes),
      (element, code) => datapath.memories.output.write(addressOf(element), code, format),
    );
  }

  evaluate(): boolean {
    const { lanes } = this.#datapath.accelerator.requantizer;
    this.#begun = Math.min(this.#begun + lanes, this.#operation.elements);
    return this.#pipeline.evaluate(this.#begun, (element) => this.#codeOf(element));
  }

  #codeOf(element: number): number {
    const { placeOf, biasAddressOf, codeOf } = this.#operation;
    const { accumulators, memories } = this.#datapath;
    const place = placeOf(element);
    const biasAddress = biasAddressOf(element);
    const sum = place === null ? 0 : accumulators.read(place.column, place.entry);
    const bias = biasAddress === null ? 0 : memories.bias.read(biasAddress, BIAS);
    return codeOf(sum + bias, element);
  }
}

/**
 * The vector lanes: an operation begins when its share of the input has been read, each lane one a cycle; a result is complete
 * when its last operation has been begun, and leaves the lanes some cycles later.
 */
export class VectorWork implements Activity {
  readonly #operation: VectorOperation;
  readonly #lanes: number;
  readonly #port: ReadPort;
  readonly #pipeline: LanePipeline;
  readonly #read: ReadElement;
  #begun = 0;

  constructor(operation: VectorOperation, datapath: Datapath) {
    const { outputs, format, addressOf } = operation;
    const { vector, activationBuffer } = datapath.accelerator;
    this.#operation = operation;
    this.#lanes = vector.lanes;
    this.#port = new ReadPort(activationBuffer.bandwidthBytesPerCycle);
    this.#read = (memory, at, element) => datapath.memories[memory].read(at, element);
    this.#pipeline = new LanePipeline(
      outputs,
      vector.latencyCycles,
      elementsPerCycle(datapath, format.bytes),
      (output, code) => datapath.memories.output.write(addressOf(output), code, format),
    );
  }

  evaluate(): boolean {
    this.#port.fetch();
    const { operations, inputBytes, outputs, codeOf } = this.#operation;
    const readable =
      inputBytes === 0 ? operations : Math.floor((this.#port.arrivedBytes * operations) / inputBytes);
    this.#begun = Math.min(this.#begun + this.#lanes, readable, operations);
    const complete = Math.floor((this.#begun * outputs) / operations);
    return this.#pipeline.evaluate(complete, (output) => codeOf(output, this.#read));
  }
}
