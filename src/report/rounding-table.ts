import { dyadicText, nearestDouble } from '../arith/dyadic.js';
import type { Tabulated, TabulatedRow } from '../testing/tabulate.js';
import { csv } from './csv.js';
import { wrap } from './plain-text.js';
import { factLines } from './sections.js';
import { renderTable, type Column } from './table.js';

export const ROUNDING_TABLE_SCHEMA = 'bitmac-rounding-table/1';

/** A row an accumulator: exact value, then code and error of one rule or the codes of several. */
export function renderRoundingTable(columns: readonly Tabulated[]): string {
  const [first] = columns as readonly [Tabulated];
  const alone = columns.length === 1;
  const isOutside = (row: number): boolean => columns.some(({ rows }) => !rows[row]!.insideContract);
  const outside = first.rows.some((_, row) => isOutside(row));
  const remarks = !alone || outside;
  return [
    ...factLines(columns.map(({ rule, text }) => ({ name: rule, value: text }))),
    '',
    ...renderTable({
      columns: [
        { header: ['acc'], align: 'right', key: true },
        { header: ['exact'], align: 'right', key: true },
        ...columns.map(({ rule }): Column => ({ header: [alone ? 'code' : rule], align: 'right' })),
        ...(alone ? [{ header: ['error'], align: 'right' } as const] : []),
        ...(remarks ? [{ header: [''], align: 'left' } as const] : []),
      ],
      rows: first.rows.map(({ acc, exact, error }, row) => {
        const codes = columns.map(({ rows }) => String(rows[row]!.code));
        return [
          String(acc),
          dyadicText(exact),
          ...codes,
          ...(alone ? [dyadicText(error)] : []),
          ...(remarks ? [remark(codes, isOutside(row))] : []),
        ];
      }),
    }),
    ...(outside ? ['', ...wrap('!: outside a contract, where the stack promises nothing.')] : []),
  ].join('\n');
}

export function roundingTableJson(columns: readonly Tabulated[]): string {
  return JSON.stringify(
    {
      schema: ROUNDING_TABLE_SCHEMA,
      rules: columns.map(({ rule, parameters, output, rows }) => ({
        rule,
        parameters,
        output,
        rows: rows.map(plain),
      })),
    },
    null,
    2,
  );
}

export function roundingTableCsv(columns: readonly Tabulated[]): string {
  const [first] = columns as readonly [Tabulated];
  return csv(
    first.rows.map(({ acc, exact }, row) => ({
      acc: Number(acc),
      exact: nearestDouble(exact),
      ...Object.fromEntries(columns.map(({ rule, rows }) => [rule, Number(rows[row]!.code)])),
    })),
  );
}

function remark(codes: readonly string[], isOutside: boolean): string {
  return [isOutside ? '!' : '', new Set(codes).size > 1 ? 'differ' : '']
    .filter((part) => part !== '')
    .join(' ');
}

function plain({ acc, exact, code, error, insideContract }: TabulatedRow) {
  return {
    acc: Number(acc),
    exact: dyadicText(exact),
    code: Number(code),
    error: dyadicText(error),
    insideContract,
  };
}
