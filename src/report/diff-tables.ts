import type { Difference, FirstElement } from '../engine/diff/tally.js';
import type { OutputDifference, UnmatchedValue, ValueDifference } from '../engine/diff/result.js';
import type { Diff } from './diff.js';
import { groupThousands, NONE, share, threeDigits } from './numbers.js';
import { plural, type Fact } from './sections.js';
import type { Column, Table } from './table.js';

/** The first value in the order of execution that differs, and its first element that does. */
export function firstDifferenceText({ firstDifferent, outputs }: Diff): string | null {
  if (firstDifferent !== null)
    return `${placeText(firstDifferent)}, ${elementText(firstDifferent.firstElement!)}`;
  const output = outputs.find(({ firstElement }) => firstElement !== null);
  return output === undefined ? null : `output '${output.output}', ${elementText(output.firstElement!)}`;
}

function placeText({
  index,
  operator,
  value,
}: Pick<ValueDifference, 'index' | 'operator' | 'value'>): string {
  return index === null ? `${operator} '${value}'` : `node ${index} (${operator}) '${value}'`;
}

function elementText({ row, position, first, second }: FirstElement): string {
  const where = position.length === 0 ? '' : `, position ${position.join(',')}`;
  const short = [figure(first), figure(second)];
  const [ours, theirs] = short[0] === short[1] ? [String(first), String(second)] : short;
  return `row ${row}${where}: ${ours} against ${theirs}`;
}

/** Values that differ, in the order of execution. */
export function differenceTable(nodes: readonly ValueDifference[]): Table | null {
  const differing = nodes.filter((node) => node.differing > 0);
  if (differing.length === 0) return null;
  const hasReals = differing.some(({ compared }) => compared === 'reals');
  const columns: Column[] = [
    { header: ['#'], align: 'right', key: true },
    { header: ['value'], align: 'left', key: true, shortestWidth: 20 },
    { header: ['operator'], align: 'left' },
    { header: ['differing'], align: 'right' },
    { header: ['of all'], align: 'right' },
    { header: ['largest'], align: 'right' },
    { header: ['mean'], align: 'right' },
  ];
  const ofReals: Column[] = [
    { header: ['largest,', 'steps'], align: 'right' },
    { header: ['SQNR,', 'dB'], align: 'right' },
  ];
  return {
    columns: hasReals ? [...columns, ...ofReals] : columns,
    rows: differing.map((node) => [
      node.index === null ? NONE : String(node.index),
      node.value,
      node.operator,
      groupThousands(node.differing),
      share(node.differing, node.elements),
      figure(node.largest),
      threeDigits(node.mean),
      ...(hasReals ? [optional(node.largestSteps), optional(node.sqnrDecibels)] : []),
    ]),
  };
}

function optional(value: number | null): string {
  return value === null ? NONE : threeDigits(value);
}

/** Codes as they are, real numbers to four digits. */
function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** What was compared with what, and how much of it differs. */
export function countFacts(diff: Diff): Fact[] {
  const { nodes, outputs, unmatched } = diff;
  const none =
    unmatched.first.length === 0
      ? 'none: only outputs were recorded'
      : 'none, only outputs: no value between has the same name and shape on both sides';
  const differing = nodes.filter((node) => node.differing > 0).length;
  const facts: Fact[] = [
    {
      name: 'values compared',
      value:
        nodes.length === 0
          ? none
          : `${plural(nodes.length, 'tensor')} a row, of which ${groupThousands(differing)} ${differing === 1 ? 'differs' : 'differ'}`,
    },
  ];
  const kinds = (['codes', 'quantized', 'reals'] as const).filter((kind) =>
    [...nodes, ...outputs].some(({ compared }) => compared === kind),
  );
  facts.push({ name: 'compared as', value: kinds.map((kind) => COMPARED_AS[kind]).join('; ') });
  return [
    ...facts,
    ...unmatchedFacts('only here', unmatched.first),
    ...unmatchedFacts('only there', unmatched.second),
  ];
}

const COMPARED_AS: Readonly<Record<Difference['compared'], string>> = {
  codes: 'codes',
  quantized: 'nearest codes of recorded real numbers',
  reals: 'real numbers',
};

const MOST_NAMED = 5;

function unmatchedFacts(name: string, values: readonly UnmatchedValue[]): Fact[] {
  if (values.length === 0) return [];
  const named = values.slice(0, MOST_NAMED).map((value) => `${placeText(value)}${REASONS[value.reason]}`);
  const more = values.length - named.length;
  return [{ name, value: named.join(', ') + (more === 0 ? '' : ` and ${groupThousands(more)} more`) }];
}

const REASONS: Readonly<Record<UnmatchedValue['reason'], string>> = {
  absent: '',
  shape: ' (shapes differ)',
  scales: ' (a scale per channel)',
};

/** How far apart the outputs are, and what that does to the answers. */
export function outputFacts({ outputs, top1, rows }: Diff): Fact[] {
  const facts = outputs.map((output) => ({ name: `output '${output.output}'`, value: outputText(output) }));
  if (top1 === null) return facts;
  const { flips, firstFlip, right } = top1;
  const flipped =
    firstFlip === null ? '' : `; first row ${firstFlip.row}, ${firstFlip.first} against ${firstFlip.second}`;
  facts.push({
    name: 'first answers that flip',
    value: `${groupThousands(flips)} of ${plural(rows, 'row')}${flipped}`,
  });
  if (right !== null) {
    const [ours, theirs] = [right.first, right.second].map(
      (count) => `${groupThousands(count)} (${share(count, rows)})`,
    );
    facts.push({ name: 'right answers', value: `${ours} against ${theirs}` });
  }
  return facts;
}

function outputText({ differing, elements, largest, mean, sqnrDecibels }: OutputDifference): string {
  if (differing === 0) return `equal in ${plural(elements, 'element')}`;
  const noise = sqnrDecibels === null ? '' : `, SQNR ${threeDigits(sqnrDecibels)} dB`;
  return (
    `${groupThousands(differing)} of ${plural(elements, 'element')} differ, by at most ${figure(largest)}, ` +
    `${threeDigits(mean)} on average${noise}`
  );
}
