/** One element of a document, in the order of their start tags. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of the elements around it, the outermost first. */
  readonly path: readonly string[];
  /** Text directly after the start tag. */
  readonly text: string;
}

const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*="[^"<]*")*)\s*(\/?)>([^<]*)/y;

/**
 * The elements of a page that is well-formed as XML: every element closed in its turn, every attribute quoted, every
 * `<` and `&` of a text escaped. Throws where it is not.
 */
export function readMarkup(html: string): Element[] {
  const body = html.replace(/^<!DOCTYPE html>\n/, '').replace(/(<style>)[^<]*(<\/style>)/, '$1$2');
  const elements: Element[] = [];
  const open: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < body.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(body);
    if (match === null) throw new Error(`not well-formed: ${body.slice(start, start + 80)}`);
    const [, end, name, attributes, alone, text] = match;
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(match[0])) throw new Error(`bare ampersand: ${match[0]}`);
    if (end === '/') {
      if (open.pop() !== name) throw new Error(`</${name!}> closes nothing`);
      continue;
    }
    elements.push({ name: name!, attributes: readAttributes(attributes!), path: [...open], text: text! });
    if (alone !== '/') open.push(name!);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`);
  return elements;
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([a-zA-Z][a-zA-Z0-9-]*)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
}
