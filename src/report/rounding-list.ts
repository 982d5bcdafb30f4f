import type { RequantizerRule } from '../arith/requantizers/rule.js';
import { csv } from './csv.js';
import { NONE } from './numbers.js';
import { plural } from './sections.js';
import { renderTable } from './table.js';
import { wrap } from './plain-text.js';

/** A requantizer with what running it on ties shows: the codes of +1/2, −1/2, +3/2, −3/2; null where there is none. */
export interface ListedRule {
  readonly rule: RequantizerRule;
  readonly ties: readonly (number | null)[];
}

export const ROUNDING_LIST_SCHEMA = 'bitmac-rounding-list/1';

/** Rules that differ in a mode or two: listed as one line. */
const FAMILIES: readonly string[] = [
  'shift-',
  'multiply-shift-',
  'ap-fixed-',
  'rvv-vssra-',
  'rvv-vsmul-',
  'rvv-vnclip-',
];

const TIE_HEADERS = ['+0.5', '-0.5', '+1.5', '-1.5'] as const;

const ZERO_POINTS = { exact: 'exact', wrap32: 'wraps', beforeRounding: 'first', none: NONE } as const;

/** A line a rule, or a line a family; then what the columns mean. */
export function renderRuleList(listed: readonly ListedRule[], { all }: { readonly all: boolean }): string {
  const lines = all ? listed.map((entry) => [entry]) : grouped(listed);
  return [
    ...wrap(plural(listed.length, 'requantizer')),
    '',
    ...renderTable({
      columns: [
        { header: ['name'], align: 'left', key: true },
        { header: ['stack'], align: 'left', shortestWidth: 10 },
        { header: ['parameters'], align: 'left', shortestWidth: 21 },
        { header: ['zero', 'point'], align: 'left' },
        { header: [tieText(['½', '-½', '1½', '-1½'])], align: 'left' },
      ],
      rows: lines.map(row),
    }),
    '',
    ...wrap(
      'Zero point: added to the rounded value exactly, in int32 where the sum wraps, or first, before rounding; ' +
        `${NONE} where there is none. Last: what the rule makes of these ties under a factor of 1/4.`,
    ),
    ...(lines.length === listed.length ? [] : wrap('--all lists the members of families one by one.')),
  ].join('\n');
}

export function ruleListJson(listed: readonly ListedRule[]): string {
  return JSON.stringify({ schema: ROUNDING_LIST_SCHEMA, rules: listed.map(record) }, null, 2);
}

export function ruleListCsv(listed: readonly ListedRule[]): string {
  return csv(
    listed.map(({ rule, ties }) => ({
      name: rule.name,
      stack: rule.stack,
      parameters: rule.parameters.map(({ name }) => name).join(' '),
      zeroPoint: rule.zeroPoint,
      ...Object.fromEntries(
        ['half', 'minusHalf', 'threeHalves', 'minusThreeHalves'].map((key, index) => [key, ties[index]!]),
      ),
      formula: rule.formula,
      source: rule.source,
    })),
  );
}

function record({ rule, ties }: ListedRule) {
  return {
    name: rule.name,
    stack: rule.stack,
    parameters: rule.parameters.map(({ name }) => name),
    zeroPoint: rule.zeroPoint,
    ties: Object.fromEntries(TIE_HEADERS.map((header, index) => [header, ties[index]!])),
  };
}

/** Members of a family stand where its first one stands. */
function grouped(listed: readonly ListedRule[]): readonly (readonly ListedRule[])[] {
  const groups = new Map<string, ListedRule[]>();
  for (const entry of listed) {
    const family = familyOf(entry.rule) ?? entry.rule.name;
    groups.set(family, [...(groups.get(family) ?? []), entry]);
  }
  return [...groups.values()];
}

/** A rule whose parameters are not those of the family stands alone. */
function familyOf({ name, parameters }: RequantizerRule): string | undefined {
  return parameters.some((parameter) => parameter.name === 'random')
    ? undefined
    : FAMILIES.find((prefix) => name.startsWith(prefix));
}

function row(group: readonly ListedRule[]): string[] {
  const [{ rule, ties }] = group as readonly [ListedRule];
  const name = group.length === 1 ? rule.name : `${familyOf(rule)!}* (${group.length})`;
  return [
    name,
    rule.stack,
    rule.parameters.map((parameter) => parameter.name).join(' '),
    ZERO_POINTS[rule.zeroPoint],
    group.length > 1 ? '' : tieText(ties.map((code) => (code === null ? NONE : String(code)))),
  ];
}

/** Codes under the ties of the header. */
function tieText(texts: readonly string[]): string {
  return texts.map((text, index) => text.padStart([1, 2, 2, 3][index]!)).join(' ');
}
