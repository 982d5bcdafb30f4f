import type { Explanation, ExplainedMapping } from '../engine/explain.js';
import { whyNot } from './mapping-reasons.js';

/** Changes when a field changes its name or meaning. */
export const EXPLANATION_SCHEMA = 'bitmac-explanation/1';

/** An explanation as JSON, figures raw; a bound that does not exist is null. */
export function explanationJson({
  model,
  machine,
  optimize,
  effort,
  tolerance,
  layers,
}: Explanation): string {
  const document = {
    schema: EXPLANATION_SCHEMA,
    model,
    machine,
    optimize,
    effort,
    tolerance,
    layers: layers.map(({ index, name, op, choice, runnerUp, open, ...search }) => ({
      index,
      name,
      op,
      choice: mappingOf(choice),
      runnerUp: runnerUp === null ? null : mappingOf(runnerUp),
      why: runnerUp === null ? null : whyNot(optimize, choice, runnerUp),
      mappings: search.mappings,
      measured: search.measured,
      ruledOut: search.ruledOut,
      lowestValue: search.lowestValue,
      lowerBound: search.lowerBound,
      open:
        open === null
          ? null
          : {
              mappings: open.count,
              leastValue: finite(open.leastValue),
              leastDramBytes: finite(open.leastDramBytes),
            },
    })),
  };
  return JSON.stringify(document, null, 2);
}

function mappingOf(mapping: ExplainedMapping) {
  const { text, value, cycles, cycleBreakdown, dramBytes, energyPicojoules, energyBreakdown, timesLoaded } =
    mapping;
  return {
    mapping: text,
    value,
    cycles,
    cycleBreakdown,
    dramBytes,
    energyPicojoules,
    energyBreakdown,
    timesLoaded,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
