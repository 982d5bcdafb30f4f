import type { Accelerator } from '../../hw/accelerator.js';
import type { Unit } from '../../hw/isa.js';
import { ACTIVITIES, activityOf } from '../../hw/timing/activity.js';
import { entryCycles } from '../../hw/timing/stream.js';
import { workCycles, type Work } from './work.js';

/**
 * What units tell each other. A token of a name is given by the instructions of one unit and taken by those of another, in
 * order: what was loaded or made is complete, or a slot may be overwritten.
 */
export const TOKENS = [
  'weightsLoaded',
  'weightsFree',
  'activationsLoaded',
  'activationsFree',
  'biasesLoaded',
  'biasesFree',
  'registersLoaded',
  'registersFree',
  'sumsComplete',
  'sumsFree',
  'sumsRestored',
  'outputsComplete',
  'outputsFree',
] as const;
export type Token = (typeof TOKENS)[number];

const INDEX_OF_TOKEN = indexed(TOKENS);
const INDEX_OF_ACTIVITY = indexed(ACTIVITIES);

/** Tokens of a name that wait to be taken at most: one for each slot of a memory. */
export const MOST_WAITING = 2;

/** What a list says of an instruction: nothing of what it works on. */
export interface ListedInstruction {
  readonly cycles: number;
  /** Of those, the cycles of a stream in which no vector enters. */
  readonly fillCycles: number;
  /** Index in `ACTIVITIES`. */
  readonly activity: number;
  /** Indices in `TOKENS`: those it needs to start, and those it gives when it ends. */
  readonly takes: readonly number[];
  readonly gives: readonly number[];
}

/** Instructions in order; what is repeated is there once. */
export type InstructionList = readonly ListPart[];

export interface ListPart {
  readonly of: ListedInstruction | InstructionList;
  /** How many times, one after the other. */
  readonly count: number;
}

/** The instructions of each unit, in the order of `UNITS`. */
export type UnitLists = readonly InstructionList[];

/**
 * The program of a layer as each unit sees it: its own instructions, and the tokens by which it meets the others. Says when
 * everything runs, and nothing of places and parts; as long as the layer has different tiles, however often they come.
 */
export interface ListedProgram {
  readonly lists: UnitLists;
  /** Tokens that are there at the start: a slot each that may be written. */
  readonly free: Readonly<Partial<Record<Token, number>>>;
}

export const UNITS: readonly Unit[] = ['load', 'weightLoad', 'array', 'post', 'store'];
const INDEX_OF_UNIT = indexed(UNITS);
export const LOAD = INDEX_OF_UNIT.load;
export const ARRAY = INDEX_OF_UNIT.array;
export const POST = INDEX_OF_UNIT.post;
export const STORE = INDEX_OF_UNIT.store;

export const NO_INSTRUCTIONS: InstructionList = [];
export const NO_LISTS: UnitLists = UNITS.map(() => NO_INSTRUCTIONS);

/** An instruction alone, in the list of its unit. */
export function listed(
  work: Work,
  takes: readonly Token[],
  gives: readonly Token[],
  accelerator: Accelerator,
): UnitLists {
  const cycles = workCycles(work, accelerator);
  const instruction: ListedInstruction = {
    cycles,
    fillCycles: work.kind === 'stream' ? cycles - entryCycles(work, accelerator.array) : 0,
    activity: INDEX_OF_ACTIVITY[activityOf(work)],
    takes: takes.map((token) => INDEX_OF_TOKEN[token]),
    gives: gives.map((token) => INDEX_OF_TOKEN[token]),
  };
  return NO_LISTS.with(INDEX_OF_UNIT[work.unit], [{ of: instruction, count: 1 }]);
}

function indexed<N extends string>(names: readonly N[]): Readonly<Record<N, number>> {
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<N, number>;
}
