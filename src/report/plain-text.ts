/** No line of a text report is longer. */
export const LINE_WIDTH = 100;

const ELLIPSIS = '…';

/** Characters that move the cursor, change the direction of text or take no room. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Text of a model, fit to print: what could move a cursor or hide something is written out as an escape. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Characters, each counted once, also outside the basic plane. */
export function textWidth(text: string): number {
  return Array.from(text).length;
}

/** At most `width` characters. A longer text loses some before its middle: the end of a node name says more than its start. */
export function shorten(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  const tail = Math.ceil(((width - 1) * 3) / 5);
  const head = width - 1 - tail;
  return [...characters.slice(0, head), ELLIPSIS, ...characters.slice(characters.length - tail)].join('');
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
