import type { Accelerator } from '../hw/accelerator.js';
import type { CycleBreakdown } from '../hw/counts.js';
import type { MappedProgram } from '../lower/candidate.js';
import { withTokens } from '../lower/program/tokens.js';
import { cycleBreakdown } from './cycle-breakdown.js';
import { runProgram } from './timeline.js';
import { timeLists } from './unit-machine.js';

/** What the program of a mapping takes. */
export interface MappingTiming {
  readonly cycles: number;
  readonly cycleBreakdown: CycleBreakdown;
}

/** Times a mapping: the makespan of its program and the names of its cycles, without building the program where that can be. */
export function timeMapping(mapping: MappedProgram, accelerator: Accelerator): MappingTiming {
  const program = mapping.lists();
  return program === null ? timeProgram(mapping, accelerator) : timeLists(program);
}

/** The same by definition, instruction by instruction. */
export function timeProgram(mapping: Pick<MappedProgram, 'build'>, accelerator: Accelerator): MappingTiming {
  const program = withTokens(mapping.build());
  const timeline = runProgram(program, accelerator);
  return { cycles: timeline.makespan, cycleBreakdown: cycleBreakdown(program, timeline, accelerator) };
}
