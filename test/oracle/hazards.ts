import type { Place, Step } from '../../src/lower/program/step.js';

/** The latest end of all reads and of all writes of a place so far. */
interface Uses {
  lastRead: number;
  lastWrite: number;
}

/**
 * Whether instructions that ran at given times saw what they would have seen one after the other: of any two uses of a
 * memory slot of which one writes, the earlier in the program ends before the later starts. Sentences about those that
 * overlap.
 */
export function hazardProblems(
  steps: readonly Step[],
  { starts, ends }: { readonly starts: readonly number[]; readonly ends: readonly number[] },
): string[] {
  const problems: string[] = [];
  const places = new Map<Place, Uses>();
  const usesOf = (place: Place): Uses => {
    const uses = places.get(place) ?? { lastRead: 0, lastWrite: 0 };
    places.set(place, uses);
    return uses;
  };
  steps.forEach(({ reads, writes }, index) => {
    for (const place of reads) {
      const uses = usesOf(place);
      if (starts[index]! < uses.lastWrite) problems.push(`${index} reads ${place} before it is written`);
      uses.lastRead = Math.max(uses.lastRead, ends[index]!);
    }
    for (const place of writes) {
      const uses = usesOf(place);
      if (starts[index]! < uses.lastRead) problems.push(`${index} overwrites ${place} while it is read`);
      if (starts[index]! < uses.lastWrite) problems.push(`${index} writes ${place} while it is written`);
      uses.lastWrite = Math.max(uses.lastWrite, ends[index]!);
    }
  });
  return problems;
}
