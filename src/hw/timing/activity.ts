import type { Instruction } from '../isa.js';

/** What a cycle is named after: the first of these that has an instruction running. */
export const ACTIVITIES = ['stream', 'drain', 'preload', 'requantize', 'vector', 'load', 'store'] as const;
export type Activity = (typeof ACTIVITIES)[number];

export function activityOf({ kind }: Pick<Instruction, 'kind'>): Activity {
  switch (kind) {
    case 'loadActivations':
    case 'loadWeights':
    case 'loadBias':
      return 'load';
    case 'spill':
    case 'restore':
      return 'requantize';
    default:
      return kind;
  }
}
