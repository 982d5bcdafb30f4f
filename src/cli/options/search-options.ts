import type { InferredOptionTypes, Options } from 'yargs';
import type { SearchSettings } from '../../engine/layer-plan.js';
import { GOALS, USUAL_GOAL } from '../../lower/goal.js';
import { USUAL_EFFORT, USUAL_TOLERANCE } from '../../lower/mapping-search.js';
import { share } from './share.js';
import { wholeNumber } from './whole-number.js';

const MOST_EFFORT = 1_000_000_000;

/** How mappings are chosen. */
export const searchOptions = {
  optimize: {
    choices: GOALS,
    defaultDescription: USUAL_GOAL,
    describe: 'what mappings are chosen for: latency, energy or their product',
  },
  effort: {
    type: 'string',
    defaultDescription: String(USUAL_EFFORT),
    describe: 'mappings that the search may time for a layer',
  },
  tolerance: {
    type: 'string',
    defaultDescription: String(USUAL_TOLERANCE),
    describe: 'share by which a mapping that was not timed may be better',
  },
} as const satisfies Record<string, Options>;

export type SearchArguments = Partial<InferredOptionTypes<typeof searchOptions>>;

export function searchSettingsFrom({ optimize, effort, tolerance }: SearchArguments): SearchSettings {
  return {
    optimize: optimize ?? USUAL_GOAL,
    effort: effort === undefined ? USUAL_EFFORT : wholeNumber(effort, '--effort', 1, MOST_EFFORT),
    tolerance: tolerance === undefined ? USUAL_TOLERANCE : share(tolerance, '--tolerance'),
  };
}
