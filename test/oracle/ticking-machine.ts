import type { Instruction, Unit } from '../../src/hw/isa.js';

/** What runs in a unit, and the cycles it still needs. */
interface Running {
  readonly index: number;
  remaining: number;
}

/**
 * The timing rule of the machine by its definition: cycle after cycle, what has run out of cycles ends, then every free
 * unit whose next instruction has all its tokens starts it; loads and stores also need the DRAM, which asks the load
 * queue first. Returns start and end of every instruction.
 */
export function tick(
  program: readonly Instruction[],
  cyclesOf: (instruction: Instruction) => number,
): { readonly starts: number[]; readonly ends: number[] } {
  const queue = (unit: Unit): number[] =>
    program.flatMap((each, index) => (each.unit === unit ? [index] : []));
  const queues = new Map<Unit, number[]>(
    (['load', 'store', 'weightLoad', 'array', 'post'] as const).map((unit) => [unit, queue(unit)]),
  );
  const running = new Map<Unit, Running>();
  const starts = program.map(() => -1);
  const ends = program.map(() => -1);

  const startWhatCan = (cycle: number): void => {
    for (const [unit, waiting] of queues) {
      const index = waiting[0];
      if (index === undefined || running.has(unit)) continue;
      const usesDram = unit === 'load' || unit === 'store';
      if (usesDram && (running.has('load') || running.has('store'))) continue;
      if (!program[index]!.waitsFor.every((earlier) => ends[earlier]! >= 0)) continue;
      starts[index] = cycle;
      running.set(unit, { index, remaining: cyclesOf(program[index]!) });
      waiting.shift();
    }
  };
  let ended = 0;
  for (let cycle = 0; ended < program.length; cycle += 1) {
    for (const [unit, work] of running) {
      if (work.remaining > 0) continue;
      ends[work.index] = cycle;
      ended += 1;
      running.delete(unit);
    }
    startWhatCan(cycle);
    if (running.size === 0 && ended < program.length) throw new Error(`nothing runs in cycle ${cycle}`);
    for (const work of running.values()) work.remaining -= 1;
  }
  return { starts, ends };
}
