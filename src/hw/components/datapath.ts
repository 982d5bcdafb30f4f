import { assert, assertNever } from '../../core/errors.js';
import type { Accelerator } from '../accelerator.js';
import { mostLanes } from '../operand-mode.js';
import { AccumulatorFile } from './accumulator-file.js';
import type { Activity, Extent } from './activity.js';
import { Drain } from './drain.js';
import { EnteringValues } from './entering-values.js';
import { LeavingSums } from './leaving-sums.js';
import { arrayOf, type MachineArray } from './machine-array.js';
import type { MemoryName, Operation } from './operations.js';
import { planeOf, Preload } from './preload.js';
import type { OutputStationaryArray, StationaryArray } from './product-array.js';
import { Requantization, VectorWork } from './post.js';
import { Sram } from './sram.js';
import { Stream } from './stream.js';
import { SumsTransfer } from './sums-transfer.js';
import { Load, Store } from './transfer.js';
import { emittingWorkspace, ValueRoom } from './value-room.js';

/** Everything of a machine that holds a value: memories, registers of the array, accumulators. */
export class Datapath {
  readonly accelerator: Accelerator;
  readonly memories: Readonly<Record<MemoryName, Sram>>;
  readonly accumulators: AccumulatorFile;
  readonly #room: ValueRoom;
  readonly #srams: readonly Sram[];
  readonly #array: MachineArray;
  /** What enters the array in some cycles: one stream after the other writes it there. */
  readonly west: EnteringValues;
  /** Empty where nothing enters from the north. */
  readonly north: EnteringValues;
  /** Rows that are loaded into it at an edge: one preload after the other writes them there. */
  readonly block: Float64Array;
  /** What left it in some cycles: one stream or drain after the other finds its sums there. */
  readonly leaving: LeavingSums;

  /** @param biasBytes what the registers beside the requantizer hold, whose size the machine does not limit */
  constructor(accelerator: Accelerator, biasBytes: number) {
    const { activationBuffer, weightBuffer, outputBuffer, accumulators, array } = accelerator;
    this.accelerator = accelerator;
    const workspace = emittingWorkspace(accelerator);
    this.#room = new ValueRoom(workspace);
    const activation = new Sram('activation buffer', activationBuffer.capacityBytes, this.#room);
    const [weight, output] =
      accelerator.unified === true
        ? [activation, activation]
        : [
            new Sram('weight buffer', weightBuffer.capacityBytes, this.#room),
            new Sram('output buffer', outputBuffer.capacityBytes, this.#room),
          ];
    this.memories = { activation, weight, output, bias: new Sram('bias registers', biasBytes, this.#room) };
    this.#srams = [...new Set(Object.values(this.memories))];
    this.accumulators = new AccumulatorFile(accumulators, array.columns, this.#room);
    this.#array = arrayOf(array, accumulators, workspace);
    this.west = new EnteringValues(array, array.rows, this.#room);
    this.north = new EnteringValues(array, array.dataflow === 'os' ? array.columns : 0, this.#room);
    this.block = new Float64Array(array.rows * array.columns * mostLanes(array));
    this.leaving = new LeavingSums(array.columns, this.#room);
  }

  /** An instruction begins in this cycle. */
  begin(operation: Operation): Activity {
    switch (operation.kind) {
      case 'load':
        return new Load(operation, this.memories[operation.memory], this.accelerator.dram);
      case 'store':
        return new Store(operation, this.memories.output, this.accelerator.dram);
      case 'preload':
        return new Preload(operation, this.#stationary(), this);
      case 'stream':
        return new Stream(operation, this.#array.array, this.#selected(operation.plane), this);
      case 'drain':
        return new Drain(
          operation,
          this.#outputStationary(),
          this.leaving,
          this.accumulators,
          this.accelerator.array,
        );
      case 'requantize':
        return new Requantization(operation, this);
      case 'spill':
      case 'restore':
        return new SumsTransfer(operation, this);
      case 'vector':
        return new VectorWork(operation, this);
      default:
        return assertNever(operation);
    }
  }

  /** Whether a unit sees what another writes at each edge: otherwise it may be written before. */
  seesEveryEdge(seesThem: boolean): void {
    for (const memory of this.#srams) memory.areUnseen = !seesThem;
    this.accumulators.areUnseen = !seesThem;
  }

  tick(): void {
    for (const memory of this.#srams) memory.tick();
    this.accumulators.tick();
    this.#array.array.tick();
  }

  /** The datapath is not used any more: what it has outside the garbage-collected heap is given back. */
  release(): void {
    this.#array.array.release();
    this.#room.release();
  }

  /** Selects a plane for a stream. */
  #selected(plane: number | null): Extent | null {
    if (plane === null) return null;
    this.#stationary().select(plane);
    return planeOf(this.#stationary(), plane);
  }

  #stationary(): StationaryArray {
    assert(this.#array.stays === 'operand', 'an operand stays in the array of a preload');
    return this.#array.array;
  }

  #outputStationary(): OutputStationaryArray {
    assert(this.#array.stays === 'sums', 'sums stay in the array of a drain');
    return this.#array.array;
  }
}
