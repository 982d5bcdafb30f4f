import { dyadicText, nearestDouble } from '../arith/dyadic.js';
import type { ComparedCase, Comparison } from '../testing/compare/comparison.js';
import { csv } from './csv.js';
import { groupThousands, setting } from './numbers.js';
import { wrap } from './plain-text.js';
import { equalityText } from './rounding-rule.js';
import { factLines, plural, section } from './sections.js';
import { renderTable } from './table.js';

export const ROUNDING_COMPARISON_SCHEMA = 'bitmac-rounding-comparison/1';

/** How a comparison was asked for. */
export interface ComparisonRequest {
  readonly seed: number;
  readonly corners: boolean;
}

/** How often two requantizers differ, where most, where first, and what they do about ties. */
export function renderComparison(comparison: Comparison, { seed, corners }: ComparisonRequest): string {
  const { pair, factorBits, cases, disagreements, worst, smallest, ties, stated } = comparison;
  const { least, most } = factorBits;
  const kind = corners ? 'corner' : 'realistic';
  return [
    ...wrap(
      `${pair.a.name} and ${pair.b.name}: ${groupThousands(disagreements)} of ${groupThousands(cases)} ` +
        `${kind} cases differ${worst === null ? '' : `, ${perMillionText(comparison)} per million, by at most ${apart(worst)}`}`,
    ),
    '',
    ...factLines([
      {
        name: 'factors',
        value:
          `${least === most ? plural(most, 'significant bit') : `${least} … ${most} significant bits`}, as many as both take; ` +
          (corners ? '2^-32 … 2^8, few bits favoured' : '2^-11 … 2^-4, all as likely'),
      },
      {
        name: 'values',
        value: corners
          ? 'at ties and ends of the grid, and anywhere'
          : 'all over the grid and a little beyond',
      },
      { name: 'seed', value: String(seed) },
      ...(stated.length === 0 ? [{ name: 'stated', value: 'nothing about the two' }] : []),
      ...stated.map(({ by, ...equality }) => ({
        name: 'stated',
        value: `${by} returns the codes of ${equalityText(equality)}; within both contracts`,
      })),
    ]),
    ...(worst === null ? [] : section('Furthest apart', caseLines(worst, comparison))),
    ...(smallest === null ? [] : section('Smallest case', caseLines(smallest, comparison))),
    ...section('About 0 under a factor of 1/4', tieTable(ties, comparison)),
  ].join('\n');
}

export function comparisonOfRulesJson(comparison: Comparison, { seed, corners }: ComparisonRequest): string {
  const { pair, factorBits, cases, disagreements, worst, smallest, ties, stated } = comparison;
  return JSON.stringify(
    {
      schema: ROUNDING_COMPARISON_SCHEMA,
      a: pair.a.name,
      b: pair.b.name,
      seed,
      corners,
      factorBits,
      cases,
      disagreements,
      perMillion: perMillion(comparison),
      largestDifference: worst === null ? 0 : apart(worst),
      worst: worst === null ? null : record(worst),
      smallest: smallest === null ? null : record(smallest),
      ties: ties.map(record),
      stated: stated.map(({ by, rule, when }) => ({ by, rule, when })),
    },
    null,
    2,
  );
}

/** The codes about 0, a record an accumulator. */
export function comparisonOfRulesCsv({ pair, ties }: Comparison): string {
  return csv(
    ties.map(({ acc, exact, a, b }) => ({
      acc: Number(acc),
      exact: nearestDouble(exact),
      [pair.a.name]: Number(a),
      [pair.b.name]: Number(b),
    })),
  );
}

function record({ acc, exact, a, b, texts }: ComparedCase) {
  return {
    acc: String(acc),
    exact: dyadicText(exact),
    a: Number(a),
    b: Number(b),
    case: texts[0],
    caseOfB: texts[1],
  };
}

function apart({ a, b }: ComparedCase): number {
  return Math.abs(Number(a - b));
}

function perMillion({ cases, disagreements }: Comparison): number {
  return (disagreements / cases) * 1e6;
}

function perMillionText(comparison: Comparison): string {
  return setting(perMillion(comparison));
}

function caseLines({ exact, a, b, texts: [ofA, ofB] }: ComparedCase, { pair }: Comparison): string[] {
  return [
    ...wrap(ofA, '  '),
    ...(ofB === null ? [] : wrap(`${pair.b.name}: ${ofB}`, '  ')),
    ...wrap(`exact ${dyadicText(exact)}: ${pair.a.name} ${a}, ${pair.b.name} ${b}`, '  '),
  ];
}

function tieTable(ties: readonly ComparedCase[], { pair }: Comparison): string[] {
  if (ties.length === 0) return [];
  return renderTable({
    columns: [
      { header: ['acc'], align: 'right', key: true },
      { header: ['exact'], align: 'right', key: true },
      { header: [pair.a.name], align: 'right' },
      { header: [pair.b.name], align: 'right' },
      { header: [''], align: 'left' },
    ],
    rows: ties.map(({ acc, exact, a, b }) => [
      String(acc),
      dyadicText(exact),
      String(a),
      String(b),
      a === b ? '' : 'differ',
    ]),
  });
}
