import { printable } from '../plain-text.js';

/** Text that is markup already. Made by `markup` alone, so that everything else gets escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Markup from a template. Values are escaped, for text and for quoted attributes alike; markup and lists of it go in as
 * they are.
 *
 * @example
 * markup`<td>${'a < b'}</td>`.text; // <td>a &lt; b</td>
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + contentText(values[index - 1]!) + part));
}

function contentText(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(contentText).join('');
  return printable(String(content)).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
