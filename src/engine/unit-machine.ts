import { assert, InvariantError } from '../core/errors.js';
import type { CycleBreakdown } from '../hw/counts.js';
import { ACTIVITIES, type Activity } from '../hw/timing/activity.js';
import {
  ARRAY,
  LOAD,
  MOST_WAITING,
  POST,
  STORE,
  TOKENS,
  UNITS,
  type ListedProgram,
} from '../lower/program/unit-lists.js';
import { namedCycles } from './cycle-breakdown.js';
import { ListCursor, type ListPlace } from './list-cursor.js';
import { SteadyStates } from './steady-states.js';

/** When a program ends, and what its cycles are named after. */
export interface ListTiming {
  readonly cycles: number;
  readonly cycleBreakdown: CycleBreakdown;
  /** Those of the program, and those of them that were run one by one: the others were skipped. */
  readonly instructions: number;
  readonly steppedInstructions: number;
}

/** Times a program by the rule of `runProgram`, steady states being skipped: exactly what that gives, at the cost of what is different. */
export function timeLists(program: ListedProgram): ListTiming {
  return new UnitMachine(program).run();
}

/** All that the future of a machine depends on, and what it has counted. */
export interface MachineState {
  /** The start of the latest instruction. */
  nowCycle: number;
  /** Where each unit is in its list. */
  readonly cursors: readonly ListPlace[];
  /** What each unit did last, and maybe still does: an index in `ACTIVITIES`. */
  readonly activities: Int32Array;
  /** How many tokens of each name wait. */
  readonly waiting: Int32Array;
  /** Cycles: the end of the last instruction of each unit; then, of each token, since when those that wait have been there, the first one first. */
  readonly times: Float64Array;
  /** Cycles up to now by name, and instructions run. */
  readonly counters: Float64Array;
}

const UNIT_COUNT = UNITS.length;
const NOBODY = -1;

/** Counters: a name for each activity, and these. */
const IDLE = ACTIVITIES.length;
const FILL = IDLE + 1;
const INSTRUCTIONS = FILL + 1;

/** The units of a machine. Instructions start in the order of time, whichever unit they are for. */
class UnitMachine implements MachineState {
  nowCycle = 0;
  readonly cursors: readonly ListCursor[];
  readonly activities = new Int32Array(UNIT_COUNT);
  readonly waiting = new Int32Array(TOKENS.length);
  readonly times = new Float64Array(UNIT_COUNT + TOKENS.length * MOST_WAITING);
  readonly counters = new Float64Array(INSTRUCTIONS + 1);
  /** When each unit can start its next instruction, but for the DRAM; Infinity where that is not known yet. */
  readonly #readyCycles = new Float64Array(UNIT_COUNT);
  /** For each token, who can start when it is given. */
  readonly #waiters = new Int32Array(TOKENS.length).fill(NOBODY);
  #stepped = 0;

  constructor({ lists, free }: ListedProgram) {
    this.cursors = lists.map((list) => new ListCursor(list));
    this.waiting.set(TOKENS.map((token) => free[token] ?? 0));
  }

  run(): ListTiming {
    const pace = this.cursors[ARRAY]!.instruction === null ? POST : ARRAY;
    const steadyStates = new SteadyStates(this, pace);
    this.#findAllReady();
    for (let unit = this.#next(); unit !== NOBODY; unit = this.#next()) {
      const level = this.#run(unit);
      if (unit === pace && level >= 0 && steadyStates.skip(level)) this.#findAllReady();
    }
    if (this.cursors.some(({ instruction }) => instruction !== null)) throw this.#deadlock();
    const cycles = this.times.subarray(0, UNIT_COUNT).reduce((latest, end) => Math.max(latest, end), 0);
    this.#nameUntil(cycles);
    const { counters } = this;
    const exposed = ACTIVITIES.map((activity, index) => [activity, counters[index]!]);
    return {
      cycles,
      cycleBreakdown: namedCycles(
        Object.fromEntries(exposed) as Record<Activity, number>,
        counters[FILL]!,
        counters[IDLE]!,
      ),
      instructions: counters[INSTRUCTIONS]!,
      steppedInstructions: this.#stepped,
    };
  }

  /** The unit that starts next; of a load and a store that could start together, the load. */
  #next(): number {
    const ready = this.#readyCycles;
    const dramFree = this.#dramFree();
    let next = LOAD;
    let earliest = Math.max(ready[LOAD]!, dramFree);
    for (let unit = LOAD + 1; unit < STORE; unit += 1) {
      if (ready[unit]! < earliest) {
        next = unit;
        earliest = ready[unit]!;
      }
    }
    const store = Math.max(ready[STORE]!, dramFree);
    if (store < earliest) return STORE;
    return earliest === Infinity ? NOBODY : next;
  }

  #dramFree(): number {
    return Math.max(this.times[LOAD]!, this.times[STORE]!);
  }

  /** Runs the next instruction of a unit. Returns the level of the loop that begins another turn behind it, −1 where none does. */
  #run(unit: number): number {
    const cursor = this.cursors[unit]!;
    const { cycles, fillCycles, activity, takes, gives } = cursor.instruction!;
    const usesDram = unit === LOAD || unit === STORE;
    const ready = this.#readyCycles[unit]!;
    const start = usesDram ? Math.max(ready, this.#dramFree()) : ready;
    const end = start + cycles;
    this.#nameUntil(start);
    for (let each = 0; each < takes.length; each += 1) this.#take(takes[each]!);
    this.times[unit] = end;
    this.activities[unit] = activity;
    this.counters[FILL]! += fillCycles;
    this.counters[INSTRUCTIONS]! += 1;
    this.#stepped += 1;
    const level = cursor.advance();
    this.#findReady(unit);
    for (let each = 0; each < gives.length; each += 1) this.#give(gives[each]!, end);
    return level;
  }

  #take(token: number): void {
    const left = this.waiting[token]! - 1;
    this.waiting[token] = left;
    const first = firstOf(token);
    this.times[first] = this.times[first + 1]!;
    this.times[first + 1] = 0;
  }

  #give(token: number, cycle: number): void {
    const before = this.waiting[token]!;
    assert(before < MOST_WAITING, 'a token is for a slot', { token: TOKENS[token] });
    this.times[firstOf(token) + before] = cycle;
    this.waiting[token] = before + 1;
    const waiter = this.#waiters[token]!;
    if (waiter === NOBODY) return;
    this.#waiters[token] = NOBODY;
    this.#findReady(waiter);
  }

  #findAllReady(): void {
    for (let unit = 0; unit < UNIT_COUNT; unit += 1) this.#findReady(unit);
  }

  #findReady(unit: number): void {
    this.#readyCycles[unit] = this.#readyCycle(unit);
  }

  #readyCycle(unit: number): number {
    const { instruction } = this.cursors[unit]!;
    if (instruction === null) return Infinity;
    const { takes } = instruction;
    let ready = this.times[unit]!;
    for (let each = 0; each < takes.length; each += 1) {
      const token = takes[each]!;
      if (this.waiting[token] === 0) {
        this.#waiters[token] = unit;
        return Infinity;
      }
      ready = Math.max(ready, this.times[firstOf(token)]!);
    }
    return ready;
  }

  /** Gives their names to the cycles before one from which on the next instructions start. */
  #nameUntil(cycle: number): void {
    const { times, activities, counters } = this;
    let now = this.nowCycle;
    while (now < cycle) {
      let name: number = IDLE;
      let until = cycle;
      for (let unit = 0; unit < UNIT_COUNT; unit += 1) {
        if (times[unit]! > now && activities[unit]! < name) {
          name = activities[unit]!;
          until = times[unit]!;
        }
      }
      until = Math.min(until, cycle);
      counters[name]! += until - now;
      now = until;
    }
    this.nowCycle = cycle;
  }

  #deadlock(): InvariantError {
    const waiting = UNITS.filter((_, unit) => this.cursors[unit]!.instruction !== null);
    return new InvariantError('a program makes no progress', { waiting });
  }
}

/** Index in `times` of the first token of a name that waits. */
function firstOf(token: number): number {
  return UNIT_COUNT + token * MOST_WAITING;
}
