import { ELSEWHERE, ListPlace } from './list-cursor.js';
import type { MachineState } from './unit-machine.js';

/**
 * Finds the same state of a machine at two turns of a loop, and skips the turns that go on like those in between.
 *
 * What follows from a state depends on the cycles from now on until each unit is free and each token is there, not on those
 * that have passed, and on the instructions to come. Where all of that is as it was some turns ago, it happens again as long as
 * every unit that has moved has turns of the same part left. What lies ahead at one and the same cycle both times, as the end
 * of a long load does, has made no difference in between, and makes none until that cycle.
 */
export class SteadyStates {
  readonly #machine: MachineState;
  readonly #pace: number;
  /** For each level of the loops of the unit that sets the pace, the state at the begin of a turn. */
  readonly #saved: SavedState[] = [];

  /** @param pace index of the unit at whose turns states are compared */
  constructor(machine: MachineState, pace: number) {
    this.#machine = machine;
    this.#pace = pace;
  }

  /** @param level at which the unit that sets the pace begins another turn. Returns whether turns were skipped. */
  skip(level: number): boolean {
    const machine = this.#machine;
    const saved = (this.#saved[level] ??= new SavedState(machine));
    const turns = saved.turnsUntil(machine, this.#pace, level);
    if (turns === 0) saved.save(machine, 1);
    else if (saved.skipTurns(machine)) return true;
    else if (turns >= saved.patience) saved.save(machine, 2 * saved.patience);
    return false;
  }
}

class SavedState {
  /** Turns until a later state takes the place of this one: twice as many each time, so that every period is found. */
  patience = 0;
  #cycle = 0;
  readonly #places: readonly ListPlace[];
  readonly #activities: Int32Array;
  readonly #waiting: Int32Array;
  readonly #times: Float64Array;
  readonly #counters: Float64Array;

  constructor({ cursors, activities, waiting, times, counters }: MachineState) {
    this.#places = cursors.map(() => new ListPlace());
    this.#activities = activities.slice();
    this.#waiting = waiting.slice();
    this.#times = times.slice();
    this.#counters = counters.slice();
  }

  save({ nowCycle, cursors, activities, waiting, times, counters }: MachineState, patience: number): void {
    this.patience = patience;
    this.#cycle = nowCycle;
    for (let unit = 0; unit < cursors.length; unit += 1) this.#places[unit]!.copy(cursors[unit]!);
    this.#activities.set(activities);
    this.#waiting.set(waiting);
    this.#times.set(times);
    this.#counters.set(counters);
  }

  /** Turns that a unit has made at a level since then; 0 where it is not in the same turns of all loops around it. */
  turnsUntil({ cursors }: MachineState, unit: number, level: number): number {
    const [then, now] = [this.#places[unit]!, cursors[unit]!];
    return now.levelOfTurnsSince(then) === level ? then.turnsLeft[level]! - now.turnsLeft[level]! : 0;
  }

  /** Skips as many turns as there can be at once. Returns whether there were any. */
  skipTurns(machine: MachineState): boolean {
    const cycles = machine.nowCycle - this.#cycle;
    const periods = Math.min(this.#turnsLeft(machine), this.#periodsUntilChange(machine, cycles));
    if (periods < 1) return false;
    for (let index = 0; index < machine.times.length; index += 1) {
      if (machine.times[index] !== this.#times[index]) machine.times[index]! += periods * cycles;
    }
    machine.cursors.forEach((now, unit) => {
      const level = now.levelOfTurnsSince(this.#places[unit]!);
      if (level >= 0)
        now.turnsLeft[level]! -= periods * (this.#places[unit]!.turnsLeft[level]! - now.turnsLeft[level]!);
    });
    for (let index = 0; index < machine.counters.length; index += 1) {
      machine.counters[index]! += periods * (machine.counters[index]! - this.#counters[index]!);
    }
    machine.nowCycle += periods * cycles;
    return true;
  }

  /** How often every unit can go on by as many turns as since then; 0 where one is elsewhere. */
  #turnsLeft({ cursors }: MachineState): number {
    let periods = Infinity;
    for (let unit = 0; unit < cursors.length; unit += 1) {
      const then = this.#places[unit]!;
      const now = cursors[unit]!;
      const level = now.levelOfTurnsSince(then);
      if (level === ELSEWHERE) return 0;
      if (level < 0) continue;
      const left = now.turnsLeft[level]!;
      periods = Math.min(periods, Math.floor((left - 1) / (then.turnsLeft[level]! - left)));
    }
    return periods;
  }

  /**
   * How often the cycles since then can come again before something happens that did not; 0 where the states are not the
   * same. A time in the past is as good as now.
   */
  #periodsUntilChange({ nowCycle, activities, waiting, times }: MachineState, cycles: number): number {
    for (let token = 0; token < waiting.length; token += 1) {
      if (waiting[token] !== this.#waiting[token]) return 0;
    }
    let change = Infinity;
    for (let index = 0; index < times.length; index += 1) {
      const then = this.#times[index]!;
      const now = times[index]!;
      const ahead = Math.max(now - nowCycle, 0);
      if (ahead === Math.max(then - this.#cycle, 0)) {
        if (ahead > 0 && index < activities.length && activities[index] !== this.#activities[index]) return 0;
      } else if (now === then) {
        change = Math.min(change, now);
      } else {
        return 0;
      }
    }
    return change === Infinity ? Infinity : Math.ceil((change - nowCycle) / cycles) - 1;
  }
}
