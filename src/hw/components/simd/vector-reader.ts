import type { I32 } from '../../../wasm/expression.js';
import { ModuleBuilder } from '../../../wasm/module-builder.js';
import { i32 } from '../../../wasm/scalar.js';
import type { Workspace } from '../../../wasm/workspace.js';
import { NOWHERE, type AddressRuns } from '../addresses.js';
import type { OperandPort } from '../operations.js';
import type { ValueRoom } from '../value-room.js';
import { functionsFor, type Kernel } from './kernel-cache.js';

/** Reads vectors whose elements are bytes into int16, those of one instruction after the other. */
export class VectorReader {
  readonly #room: ValueRoom;
  readonly #signed: Kernel;
  readonly #unsigned: Kernel;
  #read: Kernel;
  #memory = 0;
  #port: Pick<OperandPort, 'zeroPoint' | 'absent'> = { zeroPoint: 0, absent: 0 };
  /** Runs of a vector, and from an element of one to the next. */
  #runs = 0;
  #step = 0;
  /** Slots, the lengths of the runs and where each begins. */
  #held: Int32Array;
  #lengths = 0;
  #starts = 0;

  constructor(room: ValueRoom, workspace: Workspace) {
    this.#room = room;
    this.#held = room.int32(1024);
    const { signed, unsigned } = functionsFor(workspace, 'vector reader', readModule);
    [this.#signed, this.#unsigned] = [signed!, unsigned!];
    this.#read = this.#signed;
  }

  /**
   * An instruction begins.
   *
   * @param slots of each element, where it is among those that are read
   */
  begin(
    port: OperandPort,
    { starts, lengths, step }: AddressRuns,
    slots: Int32Array,
    bytes: Uint8Array,
  ): void {
    this.#read = port.format.signed ? this.#signed : this.#unsigned;
    this.#memory = bytes.byteOffset;
    this.#port = port;
    this.#runs = lengths.length;
    this.#step = step;
    const firstStart = slots.length + lengths.length;
    const length = firstStart + starts.length;
    if (length > this.#held.length) this.#held = this.#room.int32(2 * length);
    this.#held.set(slots);
    this.#held.set(lengths, slots.length);
    this.#held.set(starts, firstStart);
    this.#lengths = this.#held.byteOffset + 4 * slots.length;
    this.#starts = this.#held.byteOffset + 4 * firstStart;
  }

  /** Reads vectors from `first` on to where `at` is, each so many elements behind the one before. */
  read(first: number, count: number, into: Int16Array, at: number, vectorLength: number): void {
    this.#read(
      this.#memory,
      this.#starts + 4 * this.#runs * first,
      this.#lengths,
      this.#runs,
      this.#held.byteOffset,
      this.#step,
      this.#port.zeroPoint,
      this.#port.absent,
      into.byteOffset + 2 * at,
      2 * vectorLength,
      count,
    );
  }
}

function readModule(): ModuleBuilder {
  const builder = new ModuleBuilder();
  defineRead(builder, 'signed', i32.load8S);
  defineRead(builder, 'unsigned', i32.load8U);
  return builder;
}

function defineRead(builder: ModuleBuilder, name: string, load: typeof i32.load8S): void {
  const parameters = {
    memory: 'i32',
    starts: 'i32',
    lengths: 'i32',
    runs: 'i32',
    slots: 'i32',
    step: 'i32',
    zeroPoint: 'i32',
    absent: 'i32',
    to: 'i32',
    vectorBytes: 'i32',
    count: 'i32',
  } as const;
  builder.define(name, parameters, (f, { memory, starts, lengths, slots, step, to, count, ...rest }) => {
    const [address, slot, left] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.doWhile(() => {
      f.set(slot, slots);
      const [length, leftRuns] = [f.let('i32', lengths), f.let('i32', rest.runs)];
      f.doWhile(() => {
        f.set(address, i32.load(starts));
        f.set(left, i32.load(length));
        const put = (value: I32): void => {
          f.store('i32As16', i32.add(to, i32.mul(i32.load(slot), 2)), value);
          f.increase(slot, 4);
          f.increase(left, -1);
        };
        f.if(
          i32.eq(address, NOWHERE),
          () => f.doWhile(() => put(rest.absent), left),
          () => {
            f.increase(address, memory);
            f.doWhile(() => {
              put(i32.sub(load(address), rest.zeroPoint));
              f.increase(address, step);
            }, left);
          },
        );
        f.increase(starts, 4);
        f.increase(length, 4);
        f.increase(leftRuns, -1);
      }, leftRuns);
      f.increase(to, rest.vectorBytes);
      f.increase(count, -1);
    }, count);
  });
}
