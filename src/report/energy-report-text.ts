import type { EnergyLine } from '../hw/energy/energy-lines.js';
import type { EnergyReport } from './energy-report.js';
import { ACTION_LABELS } from './labels.js';
import { energy, groupThousands, percent, share } from './numbers.js';
import { wrap } from './plain-text.js';
import { nodeLine, section } from './sections.js';
import { renderTable, type Table } from './table.js';

/** Steps of the energy grid are about a femtojoule: three decimals of a picojoule show each. */
const DECIMALS = 3;

const RULE =
  'Every line is its count times its cost, to the nearest 2^-10 pJ in each layer; where two lines make a component, the ' +
  'second takes the remainder, so that lines add up to layers and layers to the network exactly.';

/** An energy report for people, no line longer than 100 characters. */
export function renderEnergyReport(report: EnergyReport): string {
  const { model, machine, technology, energyPicojoules, toggleRate, lines, layers } = report;
  const sources = [...new Map(lines.map((line) => [line.source, line])).values()];
  const table = (some: readonly EnergyLine[], total: number): string[] =>
    renderTable(linesTable(some, total, sources));
  return [
    ...wrap(`${model} on ${machine}, ${technology}: ${energy(energyPicojoules)} an inference`),
    ...section('Energy (count x cost = energy)', [
      ...table(lines, energyPicojoules),
      '',
      ...toggleLines(toggleRate),
      ...wrap(RULE),
    ]),
    ...(layers ?? []).flatMap(
      ({ index, name, op, energyPicojoules: total, toggleRate: rate, lines: all }) => [
        '',
        ...nodeLine(index, `${name} (${op}): ${energy(total)}`),
        '',
        ...table(
          all.filter(({ count }) => count > 0),
          total,
        ),
        ...toggleLines(rate),
      ],
    ),
    ...section(
      'Sources',
      sources.flatMap((line, index) => wrap(sourceText(line), `[${index + 1}] `)),
    ),
  ].join('\n');
}

function toggleLines(rate: number | null): string[] {
  return rate === null ? [] : wrap(`${percent(rate)} of the bits that stream to the multipliers flip.`);
}

function linesTable(lines: readonly EnergyLine[], total: number, sources: readonly EnergyLine[]): Table {
  return {
    columns: [
      { header: ['counted'], align: 'left' },
      { header: ['count'], align: 'right' },
      { header: ['cost'], align: 'right' },
      { header: ['energy, pJ'], align: 'right' },
      { header: ['share'], align: 'right' },
      { header: ['source'], align: 'right' },
    ],
    rows: lines.map((line) => [
      ACTION_LABELS[line.action],
      groupThousands(line.count),
      `${line.costPicojoules} pJ/${line.unit}`,
      picojoules(line.energyPicojoules),
      share(line.energyPicojoules, total),
      `[${sources.findIndex(({ source }) => source === line.source) + 1}]`,
    ]),
    totals: ['total', '', '', picojoules(total), share(total, total), ''],
  };
}

function sourceText({ source, verified }: EnergyLine): string {
  if (verified === undefined) return source;
  return `${source} (${verified ? 'verified' : 'not verified: recalled or derived'})`;
}

function picojoules(value: number): string {
  const [whole, decimals] = value.toFixed(DECIMALS).split('.');
  return `${groupThousands(Number(whole))}.${decimals}`;
}
