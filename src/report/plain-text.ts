import { printable, shorten } from '../core/legible.js';

export { printable, shorten };

/** No line of a text report is longer. */
export const LINE_WIDTH = 100;

/** Characters, each counted once, also outside the basic plane. */
export function textWidth(text: string): number {
  return Array.from(text).length;
}

/** Words in lines of at most `LINE_WIDTH` characters behind a margin: `first`, then blanks. Longer words are shortened. */
export function wrap(text: string, first = ''): string[] {
  const margin = textWidth(first);
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text)
    .split(' ')
    .filter((part) => part !== '')) {
    const piece = shorten(word, LINE_WIDTH - margin);
    if (line === '') line = piece;
    else if (margin + textWidth(line) + 1 + textWidth(piece) <= LINE_WIDTH) line += ` ${piece}`;
    else {
      lines.push(line);
      line = piece;
    }
  }
  return [...lines, line].map((part, index) => (index === 0 ? first : ' '.repeat(margin)) + part);
}
