import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LayerPlan } from '../../src/engine/layer-plan.js';
import { dramBandwidth, occupancy, type BufferMemory } from '../../src/engine/occupancy.js';
import { runProgram } from '../../src/engine/timeline.js';
import type { Accelerator } from '../../src/hw/accelerator.js';
import { bufferBytes } from '../../src/hw/storage.js';
import { anyArrayWorkload, anyVectorWorkload } from '../arbitraries/workload.js';
import { misloweredExample, sum } from '../support/lowering.js';

const capacityOf = (machine: Accelerator): Readonly<Record<BufferMemory, number>> => ({
  activation: machine.activationBuffer.capacityBytes,
  weight: machine.weightBuffer.capacityBytes,
  output: machine.outputBuffer.capacityBytes,
});

/** Byte-cycles of a buffer by the sentence: each content, from its first write to its last use. */
function byteCycles({ steps, timeline }: LayerPlan, buffer: BufferMemory): number {
  const places = new Set(steps.flatMap(({ writes }) => writes).filter((place) => place.startsWith(buffer)));
  let total = 0;
  for (const place of places) {
    const users = [...steps.keys()].filter(
      (i) => steps[i]!.writes.includes(place) || steps[i]!.reads.includes(place),
    );
    users.forEach((writer, position) => {
      const { work } = steps[writer]!;
      if (!steps[writer]!.writes.includes(place)) return;
      const bytes = 'outputBytes' in work ? work.outputBytes : 'bytes' in work ? work.bytes : 0;
      const later = users.slice(position);
      const firstRead = later.findIndex((i) => steps[i]!.reads.includes(place));
      const nextContent = later.findIndex((i, at) => at > firstRead && !steps[i]!.reads.includes(place));
      const mine = firstRead < 0 || nextContent < 0 ? later : later.slice(0, nextContent);
      total += bytes * (Math.max(...mine.map((i) => timeline.ends[i]!)) - timeline.starts[writer]!);
    });
  }
  return total;
}

it('buffers hold what was written until its last use, never more than they have room for, and nothing at the end', () => {
  const workloads = fc.oneof(anyArrayWorkload, anyVectorWorkload);
  const example = misloweredExample(
    workloads,
    (layer, workload, machine) => {
      const plan = { ...layer, workload, timeline: runProgram(layer.program, machine) };
      const buffers = ['activation', 'weight', 'output'] as const;
      const reserved = workload.residency?.reservedBytes ?? 0;
      const room = bufferBytes(machine) - reserved;
      const together = occupancy(plan, buffers).filter(({ value }) => value > room);
      const overfull = together.map(({ cycle, value }) => `${value} bytes in all at ${cycle}`);
      const problems = buffers.flatMap((buffer) => {
        const levels = occupancy(plan, [buffer]);
        const area = sum(
          levels.map(({ cycle, value }, i) => value * ((levels[i + 1]?.cycle ?? cycle) - cycle)),
        );
        const taken = buffer === 'weight' || machine.unified === true ? reserved : 0;
        const most = capacityOf(machine)[buffer] - taken;
        const wrong = levels.filter(({ value }) => value < 0 || value > most);
        return [
          ...wrong.map(({ cycle, value }) => `${buffer} holds ${value} bytes at ${cycle}`),
          ...((levels.at(-1)?.value ?? 0) === 0 ? [] : [`${buffer} is not empty at the end`]),
          ...(area === byteCycles(plan, buffer) ? [] : [`${buffer}: ${area} byte-cycles`]),
        ];
      });
      return [...overfull, ...problems];
    },
    200,
  );
  expect(example).toBe('');
});

it('the DRAM moves every byte of the program, one transfer at a time', () => {
  const example = misloweredExample(
    anyArrayWorkload,
    (layer, workload, machine) => {
      const plan = { ...layer, workload, timeline: runProgram(layer.program, machine) };
      const levels = dramBandwidth(plan);
      const moved = sum(
        levels.map(({ cycle, value }, i) => value * ((levels[i + 1]?.cycle ?? cycle) - cycle)),
      );
      const bytes = sum(layer.program.map((each) => ('bytes' in each ? each.bytes : 0)));
      const isOrdered = levels.every(({ cycle }, i) => i === 0 || cycle > levels[i - 1]!.cycle);
      return [
        ...(Math.abs(moved - bytes) <= 1e-9 * bytes ? [] : [`moves ${moved} of ${bytes} bytes`]),
        ...(isOrdered ? [] : ['levels out of order']),
        ...((levels.at(-1)?.value ?? 0) === 0 ? [] : ['busy at the end']),
      ];
    },
    200,
  );
  expect(example).toBe('');
});
