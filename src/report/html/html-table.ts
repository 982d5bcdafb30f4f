import type { Column, Table } from '../table.js';
import { markup, type Markup } from './markup.js';

/** The tables of the text report, in full: nothing is shortened or cut. */
export function htmlTable({ columns, rows, totals }: Table, caption: string): Markup {
  const cells = (row: readonly string[]): Markup[] =>
    row.map((cell, column) => markup`<td class="${cellClass(columns[column]!)}">${cell}</td>`);
  const foot = totals === undefined ? markup`` : markup`<tfoot><tr>${cells(totals)}</tr></tfoot>`;
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => markup`<th scope="col" class="${cellClass(column)}">${headerText(column)}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${cells(row)}</tr>\n`)}</tbody>
${foot}
</table></div>`;
}

function cellClass({ align, shortestWidth }: Column): string {
  return shortestWidth === undefined ? align : `${align} name`;
}

/** Header lines as one: `re-` and `quantize` are one word. */
function headerText({ header }: Column): string {
  return header.join(' ').replaceAll('- ', '');
}
