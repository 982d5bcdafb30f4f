import type { InstructionList, ListedInstruction, ListPart } from '../lower/program/unit-lists.js';

/** Places that are not turns of one part. */
export const ELSEWHERE = -2;

/** A place in a list: the part of each list around it, the outermost first, and how many turns of that have not ended. */
export class ListPlace {
  /** Of the innermost list; −1 behind the last instruction. */
  level = -1;
  readonly parts: number[] = [];
  readonly turnsLeft: number[] = [];

  copy({ level, parts, turnsLeft }: ListPlace): void {
    this.level = level;
    for (let each = 0; each <= level; each += 1) {
      this.parts[each] = parts[each]!;
      this.turnsLeft[each] = turnsLeft[each]!;
    }
  }

  /** The level at which an earlier place lies some turns before this one, and is the same otherwise; −1 for the same place. */
  levelOfTurnsSince(earlier: ListPlace): number {
    if (this.level !== earlier.level) return ELSEWHERE;
    let found = -1;
    for (let level = 0; level <= this.level; level += 1) {
      if (this.parts[level] !== earlier.parts[level]) return ELSEWHERE;
      if (this.turnsLeft[level] === earlier.turnsLeft[level]) continue;
      if (found >= 0 || this.turnsLeft[level]! > earlier.turnsLeft[level]!) return ELSEWHERE;
      found = level;
    }
    return found;
  }
}

/** Goes through a list. */
export class ListCursor extends ListPlace {
  /** The instruction at this place; null behind the last one. */
  instruction: ListedInstruction | null = null;
  readonly #lists: InstructionList[] = [];

  constructor(list: InstructionList) {
    super();
    if (list.length > 0) this.#enter(list, 0);
  }

  /** Goes to the next instruction. Returns the level of the part that begins another turn there, −1 where none does. */
  advance(): number {
    for (let level = this.level; level >= 0; level -= 1) {
      const list = this.#lists[level]!;
      const part = this.parts[level]!;
      if (this.turnsLeft[level]! > 1) {
        this.turnsLeft[level]! -= 1;
        this.#descend(list[part]!, level);
        return level;
      }
      if (part + 1 < list.length) {
        this.#begin(list, part + 1, level);
        return -1;
      }
    }
    this.level = -1;
    this.instruction = null;
    return -1;
  }

  #enter(list: InstructionList, level: number): void {
    this.#lists[level] = list;
    this.#begin(list, 0, level);
  }

  #begin(list: InstructionList, index: number, level: number): void {
    const part = list[index]!;
    this.parts[level] = index;
    this.turnsLeft[level] = part.count;
    this.#descend(part, level);
  }

  #descend({ of }: ListPart, level: number): void {
    if ('takes' in of) {
      this.level = level;
      this.instruction = of;
    } else {
      this.#enter(of, level + 1);
    }
  }
}
