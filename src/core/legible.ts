const ELLIPSIS = '…';

/** Characters that move the cursor, change the direction of text or take no room. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Text of a model, fit to print: what could move a cursor or hide something is written out as an escape. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** At most `width` characters. A longer text loses some before its middle: the end of a node name says more than its start. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  const tail = Math.ceil(((width - 1) * 3) / 5);
  const head = width - 1 - tail;
  return [...characters.slice(0, head), ELLIPSIS, ...characters.slice(characters.length - tail)].join('');
}
