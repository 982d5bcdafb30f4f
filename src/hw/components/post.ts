import type { Activity, Extent } from './activity.js';
import { NOWHERE } from './addresses.js';
import type { Datapath } from './datapath.js';
import { LanePipeline } from './lane-pipeline.js';
import type { ReadElement, RequantizeOperation, VectorOperation } from './operations.js';
import { CycleTrace } from './cycle-trace.js';
import { ReadPort } from './read-port.js';
import type { ElementFormat, Sram } from './sram.js';

/** Biases are int32. */
export const BIAS = { bytes: 4, signed: true } as const;

/** What a unit after the array makes: results in their order, from when they are begun until they are written. */
class Results {
  readonly extent: Extent;
  readonly #begun = new CycleTrace();
  readonly #written = new CycleTrace();
  readonly #format: ElementFormat;
  readonly #output: Sram;
  readonly #addresses: Int32Array;
  /** Those that are not written yet, and are made. */
  readonly #codes: Float64Array;
  #moved = 0;
  #made = 0;

  /** @param begunAfter how many were begun by the end of the next cycle, after so many before */
  constructor(
    { addresses, format }: RequantizeOperation | VectorOperation,
    latency: number,
    { memories, accelerator }: Datapath,
    begunAfter: (begun: number) => number,
  ) {
    this.#addresses = addresses();
    this.#output = memories.output;
    this.extent = this.#output.extentOf(this.#addresses, format);
    this.#format = format;
    const results = this.#addresses.length;
    this.#codes = new Float64Array(results);
    // Whole elements that the output buffer takes a cycle.
    const perCycle = Math.floor(accelerator.outputBuffer.bandwidthBytesPerCycle / format.bytes);
    const pipeline = new LanePipeline(results, latency, perCycle);
    for (let begun = 0, isLast = false; !isLast;) {
      begun = begunAfter(begun);
      isLast = pipeline.evaluate(begun);
      this.#begun.pass(begun);
      this.#written.pass(pipeline.written);
    }
  }

  get cycles(): number {
    return this.#begun.cycles;
  }

  /** Makes the results that were begun, and writes those that left the lanes. */
  move(cycles: number, make: (codes: Float64Array, first: number) => void): void {
    const [begun, written] = [this.#begun.after(cycles), this.#written.after(cycles)];
    make(this.#codes.subarray(this.#made, begun), this.#made);
    this.#made = begun;
    for (; this.#moved < written; this.#moved += 1) {
      this.#output.write(this.#addresses[this.#moved]!, this.#codes[this.#moved]!, this.#format);
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
    const { lanes, latencyCycles } = accelerator.requantizer;
    this.#results = new Results(operation, latencyCycles, datapath, (begun) =>
      Math.min(begun + lanes, operation.elements),
    );
    this.#places = operation.places();
    this.#biasAddresses = operation.biasAddresses === null ? null : operation.biasAddresses();
    const biases = this.#biasAddresses === null ? [] : [memories.bias.extentOf(this.#biasAddresses, BIAS)];
    this.reads = [accumulators.extentOf(this.#places), ...biases];
    this.writes = [this.#results.extent];
  }

  get cycles(): number {
    return this.#results.cycles;
  }

  move(cycles: number): void {
    this.#results.move(cycles, (codes, first) => {
      this.#readSums(codes, first);
      this.#operation.requantize(codes, first);
    });
  }

  #readSums(sums: Float64Array, first: number): void {
    const { accumulators, memories } = this.#datapath;
    const [places, biases] = [this.#places, this.#biasAddresses];
    for (let i = 0; i < sums.length; i += 1) {
      const place = places[first + i]!;
      const sum = place === NOWHERE ? 0 : accumulators.read(place);
      sums[i] = biases === null ? sum : sum + memories.bias.read(biases[first + i]!, BIAS);
    }
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
  readonly #results: Results;
  readonly #read: ReadElement;

  constructor(operation: VectorOperation, datapath: Datapath) {
    const { vector, activationBuffer } = datapath.accelerator;
    const { memories } = datapath;
    const { operations, inputBytes, outputs } = operation;
    this.#operation = operation;
    this.#read = (memory, at, element) => memories[memory].read(at, element);
    const port = new ReadPort(activationBuffer.bandwidthBytesPerCycle);
    let begun = 0;
    this.#results = new Results(operation, vector.latencyCycles, datapath, () => {
      port.fetch();
      const readable =
        inputBytes === 0 ? operations : Math.floor((port.arrivedBytes * operations) / inputBytes);
      begun = Math.min(begun + vector.lanes, readable, operations);
      return Math.floor((begun * outputs) / operations);
    });
    this.reads = operation.reads.map(({ memory, first, end }) => memories[memory].rowOf(first, end - first));
    this.writes = [this.#results.extent];
  }

  get cycles(): number {
    return this.#results.cycles;
  }

  move(cycles: number): void {
    this.#results.move(cycles, (codes, first) => {
      for (let i = 0; i < codes.length; i += 1) codes[i] = this.#operation.codeOf(first + i, this.#read);
    });
  }
}
