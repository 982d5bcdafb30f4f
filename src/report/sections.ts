import { groupThousands } from './numbers.js';
import { wrap } from './plain-text.js';

/** One line of a description. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A titled part of a report; nothing where it has no lines. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...wrap(title), '', ...lines];
}

/** Names in one column, values in the next. */
export function factLines(items: readonly Fact[]): string[] {
  const width = Math.max(0, ...items.map(({ name }) => name.length)) + 2;
  return items.flatMap(({ name, value }) => wrap(value, name.padEnd(width)));
}

/** A line of a list of nodes, behind the node's index. */
export function nodeLine(index: number, text: string): string[] {
  return wrap(text, `${index}`.padStart(3) + '  ');
}

/** A count with its noun: `1 cycle`, `2 cycles`. */
export function plural(count: number, noun: string): string {
  return `${groupThousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}
