import { InvariantError } from '../core/errors.js';
import type { Accelerator } from '../hw/accelerator.js';
import type { InstructionIndex, LayerProgram, Unit } from '../hw/isa.js';
import { instructionCycles } from '../hw/timing/instruction-cycles.js';

/** When each instruction of a program runs. Cycles count from 0; an instruction is busy from its start up to its end. */
export interface Timeline {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The end of the last instruction. */
  readonly makespan: number;
}

const UNITS: readonly Unit[] = ['load', 'weightLoad', 'array', 'post', 'store'];

/**
 * The timing rule of the machine: an instruction starts when the one before it in its unit has ended, every instruction
 * it waits for has ended and, for a load or a store, the DRAM is free. Of a load and a store that could both be next, the
 * one that can start earlier goes first, and the load where they could start together.
 */
export function runProgram(program: LayerProgram, accelerator: Accelerator): Timeline {
  return new ProgramRun(program, accelerator).timeline();
}

class ProgramRun {
  readonly #program: LayerProgram;
  readonly #accelerator: Accelerator;
  readonly #queues: ReadonlyMap<Unit, Queue>;
  readonly #starts: number[];
  /** −1 until the end is known. */
  readonly #ends: number[];
  #dramFree = 0;

  constructor(program: LayerProgram, accelerator: Accelerator) {
    this.#program = program;
    this.#accelerator = accelerator;
    this.#queues = new Map(UNITS.map((unit) => [unit, { pending: [], next: 0, free: 0 }]));
    program.forEach(({ unit }, index) => this.#queues.get(unit)!.pending.push(index));
    this.#starts = program.map(() => -1);
    this.#ends = program.map(() => -1);
  }

  timeline(): Timeline {
    while (this.#runOnChip() || this.#runTransfer());
    if (this.#ends.includes(-1)) throw this.#deadlock();
    const makespan = this.#ends.reduce((latest, end) => Math.max(latest, end), 0);
    return { starts: this.#starts, ends: this.#ends, makespan };
  }

  /** Runs everything that needs no DRAM as far as its tokens are known; false where nothing could run. */
  #runOnChip(): boolean {
    let hasRun = false;
    for (const unit of ['weightLoad', 'array', 'post'] as const) {
      for (let ready = this.#ready(unit); ready !== null; ready = this.#ready(unit)) {
        this.#run(unit, ready);
        hasRun = true;
      }
    }
    return hasRun;
  }

  /**
   * Runs the next load or store, once all else that could influence it has run: what the other of the two still waits
   * for can then only end after this one.
   */
  #runTransfer(): boolean {
    const load = this.#ready('load');
    const store = this.#ready('store');
    if (load === null && store === null) return false;
    const loadStart = load === null ? Infinity : Math.max(load, this.#dramFree);
    const storeStart = store === null ? Infinity : Math.max(store, this.#dramFree);
    this.#dramFree = loadStart <= storeStart ? this.#run('load', loadStart) : this.#run('store', storeStart);
    return true;
  }

  /** The earliest cycle at which a unit could run its next instruction; null where that is not known yet. */
  #ready(unit: Unit): number | null {
    const { pending, next, free } = this.#queues.get(unit)!;
    const index = pending[next];
    if (index === undefined) return null;
    let ready = free;
    for (const earlier of this.#program[index]!.waitsFor) {
      const end = this.#ends[earlier]!;
      if (end < 0) return null;
      ready = Math.max(ready, end);
    }
    return ready;
  }

  /** Runs the next instruction of a unit from `start` on; returns its end. */
  #run(unit: Unit, start: number): number {
    const queue = this.#queues.get(unit)!;
    const index = queue.pending[queue.next]!;
    const end = start + instructionCycles(this.#program[index]!, this.#accelerator);
    this.#starts[index] = start;
    this.#ends[index] = end;
    queue.next += 1;
    queue.free = end;
    return end;
  }

  #deadlock(): InvariantError {
    const waiting = [...this.#queues].flatMap(([unit, { pending, next }]) => {
      const index = pending[next];
      if (index === undefined) return [];
      const { kind, waitsFor } = this.#program[index]!;
      const missing = waitsFor.filter((earlier) => this.#ends[earlier]! < 0);
      return [`${unit}: ${index} ${kind} waits for ${missing.join(', ')}`];
    });
    return new InvariantError('a program makes no progress', { waiting });
  }
}

/** The instructions of a unit in order, the position of the next one, and the end of the one before. */
interface Queue {
  readonly pending: InstructionIndex[];
  next: number;
  free: number;
}
