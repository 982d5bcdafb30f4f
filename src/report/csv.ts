export type CsvValue = string | number | null;

/** Fields by column name. All records of a table have the same columns in the same order. */
export type CsvRecord = Readonly<Record<string, CsvValue>>;

/** Spreadsheets take a cell that starts like this for a formula. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Records as RFC 4180 text with a header, except that lines end in a line feed and the last one in nothing. Numbers are
 * exact; null is an empty field. A text that a spreadsheet would compute gets an apostrophe in front.
 */
export function csv(records: readonly CsvRecord[]): string {
  const columns = Object.keys(records[0]!);
  const rows = records.map((record) => columns.map((column) => record[column]!));
  return [columns, ...rows].map((row) => row.map(field).join(',')).join('\n');
}

function field(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
