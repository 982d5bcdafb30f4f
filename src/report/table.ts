import { LINE_WIDTH, printable, shorten, textWidth } from './plain-text.js';

/** How one column of a table is set. */
export interface Column {
  /** One or two lines. */
  readonly header: readonly string[];
  readonly align: 'left' | 'right';
  /** Cells may be shortened to this many characters where the table is too wide; without it they never are. */
  readonly shortestWidth?: number;
  /** Says which row it is: repeated where a table is cut into several. Key columns come first. */
  readonly key?: boolean;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** A last row under a rule of its own. */
  readonly totals?: readonly string[];
}

interface Panel {
  /** Positions of its columns in the table. */
  readonly columns: readonly number[];
  readonly widths: readonly number[];
}

const GAP = '  ';

/**
 * A table of text, no line longer than `LINE_WIDTH`. Where the figures of a row do not fit beside each other, the table is
 * cut into several below each other, each with the key columns.
 */
export function renderTable(table: Table): string[] {
  const all = [...table.rows, ...(table.totals === undefined ? [] : [table.totals])];
  const cells = all.map((row) => row.map(printable));
  const natural = table.columns.map(({ header }, column) =>
    Math.max(...header.map(textWidth), ...cells.map((row) => textWidth(row[column]!))),
  );
  const panels = panelsOf(table.columns, natural);
  return panels.flatMap((panel, index) => [
    ...(index === 0 ? [] : ['']),
    ...renderPanel(panel, table.columns, cells, table.totals !== undefined),
  ]);
}

function panelsOf(columns: readonly Column[], natural: readonly number[]): Panel[] {
  const positions = [...columns.keys()];
  const least = natural.map((width, column) => leastWidth(columns[column]!, width));
  const keys = positions.filter((column) => columns[column]!.key === true);
  const groups: number[][] = [[...keys]];
  for (const column of positions.slice(keys.length)) {
    const group = groups.at(-1)!;
    const widths = [...group, column].map((member) => least[member]!);
    if (lineWidth(widths) <= LINE_WIDTH || group.length === keys.length) group.push(column);
    else groups.push([...keys, column]);
  }
  return groups.map((group) => ({ columns: group, widths: fitted(group, columns, natural) }));
}

/** Widths with which a row fits: the column that has the most to give loses one character at a time. */
function fitted(group: readonly number[], columns: readonly Column[], natural: readonly number[]): number[] {
  const widths = group.map((column) => natural[column]!);
  const least = group.map((column) => leastWidth(columns[column]!, natural[column]!));
  while (lineWidth(widths) > LINE_WIDTH) {
    const slack = widths.map((width, member) => width - least[member]!);
    const most = Math.max(...slack);
    if (most === 0) break;
    widths[slack.indexOf(most)]! -= 1;
  }
  return widths;
}

function leastWidth({ header, shortestWidth }: Column, natural: number): number {
  if (shortestWidth === undefined) return natural;
  return Math.min(natural, Math.max(shortestWidth, ...header.map(textWidth)));
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}

function renderPanel(
  { columns: group, widths }: Panel,
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  hasTotals: boolean,
): string[] {
  const line = (textOf: (column: number) => string): string =>
    group
      .map((column, member) =>
        pad(shorten(textOf(column), widths[member]!), widths[member]!, columns[column]!),
      )
      .join(GAP)
      .trimEnd();
  const headerLines = Math.max(...group.map((column) => columns[column]!.header.length));
  const header = Array.from({ length: headerLines }, (_, row) =>
    line((column) => headerText(columns[column]!.header, row - headerLines)),
  );
  const rule = '-'.repeat(lineWidth(widths));
  const body = cells.map((row) => line((column) => row[column]!));
  if (hasTotals) body.splice(-1, 0, rule);
  return [...header, rule, ...body];
}

/** Headers stand on the rule: shorter ones start lower. */
function headerText(header: readonly string[], fromBelow: number): string {
  return header.at(fromBelow) ?? '';
}

function pad(text: string, width: number, { align }: Column): string {
  const blank = ' '.repeat(width - textWidth(text));
  return align === 'left' ? text + blank : blank + text;
}
