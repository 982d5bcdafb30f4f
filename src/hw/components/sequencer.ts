import { InvariantError } from '../../core/errors.js';
import type { InstructionIndex, Unit } from '../isa.js';
import { areApart, type Activity } from './activity.js';
import type { Datapath } from './datapath.js';
import type { Operation } from './operations.js';

const UNITS: readonly Unit[] = ['load', 'store', 'weightLoad', 'array', 'post'];

/** When each operation ran: busy from its start up to its end. */
export interface Schedule {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A unit with its queue. */
interface Lane {
  readonly unit: Unit;
  readonly queue: readonly InstructionIndex[];
  next: number;
  running: Running | null;
}

/** An operation, and how many of its cycles have passed. */
interface Running {
  readonly index: InstructionIndex;
  readonly activity: Activity;
  cycles: number;
}

/**
 * The control of the machine: a queue for each unit, a flag for each operation that has ended, and one DRAM channel that a load
 * and a store share, the load first. It looks at the flags of the cycle before, and nothing else.
 */
export class Sequencer {
  readonly #operations: readonly Operation[];
  readonly #datapath: Datapath;
  readonly #lanes: readonly Lane[];
  readonly #starts: number[];
  readonly #ends: number[];
  readonly #hasEnded: Uint8Array;
  #cycle = 0;

  constructor(operations: readonly Operation[], datapath: Datapath) {
    this.#operations = operations;
    this.#datapath = datapath;
    this.#lanes = UNITS.map((unit) => ({
      unit,
      queue: [...operations.keys()].filter((index) => operations[index]!.unit === unit),
      next: 0,
      running: null,
    }));
    this.#starts = operations.map(() => -1);
    this.#ends = operations.map(() => -1);
    this.#hasEnded = new Uint8Array(operations.length);
  }

  /** Runs the program to its end. */
  run(): Schedule {
    for (let ended = 0; ended < this.#operations.length;) ended += this.#runToEnd();
    return { starts: this.#starts, ends: this.#ends };
  }

  /**
   * Units that are free begin what is ready, then all that run go on up to the cycle in which one of them ends: before that no unit
   * is freed and no flag is set. As long as none touches what another writes, nobody sees in which of these cycles a value moves,
   * and all move at the last edge. Returns how many ended.
   */
  #runToEnd(): number {
    for (const lane of this.#lanes) this.#issue(lane);
    const running = this.#lanes.map((lane) => lane.running).filter((each) => each !== null);
    if (running.length === 0) throw this.#standstill();
    const moveTogether = running.every(({ activity }, index) =>
      running.slice(index + 1).every((other) => areApart(activity, other.activity)),
    );
    this.#datapath.seesEveryEdge(!moveTogether);
    const cycles = Math.min(...running.map(cyclesLeft));
    const step = moveTogether ? cycles : 1;
    for (let cycle = 0; cycle < cycles; cycle += step) {
      for (const each of running) {
        each.cycles += step;
        each.activity.move(each.cycles);
      }
      this.#datapath.tick();
    }
    this.#cycle += cycles;
    return this.#lanes.filter((lane) => this.#retire(lane)).length;
  }

  #retire(lane: Lane): boolean {
    if (lane.running === null || cyclesLeft(lane.running) > 0) return false;
    this.#ends[lane.running.index] = this.#cycle;
    this.#hasEnded[lane.running.index] = 1;
    lane.running = null;
    return true;
  }

  #issue(lane: Lane): void {
    const index = lane.queue[lane.next];
    if (lane.running !== null || index === undefined || !this.#isReady(index)) return;
    if (usesDram(lane) && this.#lanes.some((other) => usesDram(other) && other.running !== null)) return;
    lane.running = { index, activity: this.#datapath.begin(this.#operations[index]!), cycles: 0 };
    lane.next += 1;
    this.#starts[index] = this.#cycle;
  }

  #isReady(index: InstructionIndex): boolean {
    return this.#operations[index]!.waitsFor.every((earlier) => this.#hasEnded[earlier] === 1);
  }

  #missing(index: InstructionIndex): InstructionIndex[] {
    return this.#operations[index]!.waitsFor.filter((earlier) => this.#hasEnded[earlier] === 0);
  }

  /** The watchdog: nothing runs and nothing can begin, so nothing ever will. */
  #standstill(): InvariantError {
    const waiting = this.#lanes.flatMap(({ unit, queue, next }) => {
      const index = queue[next];
      if (index === undefined) return [];
      return [
        `${unit}: ${index} ${this.#operations[index]!.kind} waits for ${this.#missing(index).join(', ')}`,
      ];
    });
    return new InvariantError('the machine stands still', { cycle: this.#cycle, waiting });
  }
}

const cyclesLeft = ({ activity, cycles }: Running): number => activity.cycles - cycles;

const usesDram = ({ unit }: Lane): boolean => unit === 'load' || unit === 'store';
