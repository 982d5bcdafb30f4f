/**
 * Columns of a text on a terminal, in place of the package `string-width`, whose tables of emoji and wide scripts take longer
 * to set up than the rest of a start. Only the help of our own commands is measured: every character there is one column wide.
 */
export default function textWidth(text: string): number {
  return text.length;
}
