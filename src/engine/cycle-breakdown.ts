import type { Accelerator } from '../hw/accelerator.js';
import type { CycleBreakdown } from '../hw/counts.js';
import type { LayerProgram } from '../hw/isa.js';
import { ACTIVITIES, activityOf, type Activity } from '../hw/timing/activity.js';
import { fillCycles } from '../hw/timing/stream.js';
import { totalLength, union, type Span } from './spans.js';
import type { Timeline } from './timeline.js';

/**
 * Gives every cycle of a layer exactly one name, so that the names add up to the makespan.
 *
 * While the array streams, one cycle is named `stream` for each vector that enters and the others `fill`. What runs
 * beside a stream is hidden by it; what is left of drains, weight loads, requantizations (spilled sums included), vector
 * work, loads and stores hides what comes after it in this order.
 */
export function cycleBreakdown(
  program: LayerProgram,
  timeline: Timeline,
  accelerator: Accelerator,
): CycleBreakdown {
  const busy = spansByActivity(program, timeline);
  const exposed = { stream: 0, drain: 0, preload: 0, requantize: 0, vector: 0, load: 0, store: 0 };
  let covered: readonly Span[] = [];
  let coveredCycles = 0;
  for (const activity of ACTIVITIES) {
    covered = union(covered, busy[activity]);
    const cycles = totalLength(covered);
    exposed[activity] = cycles - coveredCycles;
    coveredCycles = cycles;
  }
  const fill = program.reduce(
    (sum, instruction) => sum + (instruction.kind === 'stream' ? fillCycles(instruction, accelerator) : 0),
    0,
  );
  return namedCycles(exposed, fill, timeline.makespan - coveredCycles);
}

/** @param exposed cycles named after each activity, those of fills with the streams */
export function namedCycles(
  exposed: Readonly<Record<Activity, number>>,
  fill: number,
  idle: number,
): CycleBreakdown {
  return {
    stream: exposed.stream - fill,
    fill,
    drain: exposed.drain,
    weightLoad: exposed.preload,
    requantize: exposed.requantize,
    vector: exposed.vector,
    stalledOnLoad: exposed.load,
    stalledOnStore: exposed.store,
    idle,
  };
}

function spansByActivity(program: LayerProgram, { starts, ends }: Timeline): Record<Activity, Span[]> {
  const spans: Record<Activity, Span[]> = {
    stream: [],
    drain: [],
    preload: [],
    requantize: [],
    vector: [],
    load: [],
    store: [],
  };
  program.forEach((instruction, index) => {
    spans[activityOf(instruction)].push({ start: starts[index]!, end: ends[index]! });
  });
  return spans;
}
