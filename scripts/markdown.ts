type Alignment = 'left' | 'right';

const RULES: Readonly<Record<Alignment, string>> = { left: '---', right: '---:' };

/** A Markdown table, its first column to the left, the others as said; pipes within cells are escaped. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  others: Alignment = 'left',
): string {
  const rules = header.map((_, column) => RULES[column === 0 ? 'left' : others]);
  return [markdownRow(header), markdownRow(rules), ...rows.map(markdownRow)].join('\n');
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

export const code = (text: string): string => `\`${text}\``;

/** A page with what stands between a table's markers replaced: `<!-- table name -->` and `<!-- end -->`. */
export function withTable(text: string, name: string, content: string): string {
  const begin = `<!-- table ${name} -->\n`;
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf('<!-- end -->', from);
  if (from < begin.length || to < 0) throw new Error(`the page has no markers for table '${name}'`);
  return `${text.slice(0, from)}${content}\n${text.slice(to)}`;
}
