import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { presetNames } from '../../src/hw/config/config-files.js';
import { toNumber } from '../../src/hw/config/rational.js';
import { sramEnergy } from '../../src/hw/sram-energy.js';
import {
  type DramTypes,
  dramTypesSchema,
  technologySchema,
  type TechnologyTable,
} from '../../src/hw/technology-schema.js';
import { code, markdownTable, withTable } from '../markdown.js';

export const ENERGY_PAGE = fileURLToPath(new URL('../../docs/reference/energy.md', import.meta.url));
const CONFIGS = new URL('../../configs/', import.meta.url);
const BYTES_PER_KIB = 1024;

/** `docs/reference/energy.md` with its tables made anew from `configs/technology` and `configs/dram`. */
export async function energyPage(): Promise<string> {
  const technologies = await Promise.all(
    presetNames('technology').map((name) => technologySchema.parseAsync(readYaml(`technology/${name}.yaml`))),
  );
  const { types } = await dramTypesSchema.parseAsync(readYaml('dram/types.yaml'));
  const tables = {
    technologies: technologiesTable(technologies),
    capacities: capacitiesTable(technologies),
    words: wordsTable(technologies),
    leakage: leakageTable(technologies),
    widths: widthsTable(technologies.find(({ name }) => name === 'horowitz-45nm')!),
    dram: dramTable(types),
  };
  return Object.entries(tables).reduce(
    (page, [name, table]) => withTable(page, name, table),
    readFileSync(ENERGY_PAGE, 'utf8'),
  );
}

function readYaml(path: string): unknown {
  return parse(readFileSync(new URL(path, CONFIGS), 'utf8'));
}

function technologiesTable(technologies: readonly TechnologyTable[]): string {
  const blocks = [
    'multiplier',
    'adder',
    'register',
    'sram',
    'dram',
    'requantize',
    'vector',
    'leakage',
  ] as const;
  return markdownTable(
    [
      'technology',
      'node',
      '8 × 8 + 32 bit MAC, pJ',
      'register, pJ/bit',
      'DRAM, pJ/bit',
      'SRAM leakage, µW/KiB',
      'verified',
    ],
    technologies.map((table) => [
      code(table.name),
      `${toNumber(table.node.amount)} nm`,
      digits(macPicojoules(table, 8, 8)),
      digits(toNumber(table.register.energy.amount) / 8),
      digits(toNumber(table.dram.energy.amount) / 8),
      digits(toNumber(table.leakage.sram.amount) * BYTES_PER_KIB * 1e3),
      blocks.filter((block) => table[block].verified === true).join(', ') || 'nothing',
    ]),
  );
}

/** How far the rule is from the points it is drawn through or fitted to. */
function capacitiesTable(technologies: readonly TechnologyTable[]): string {
  return markdownTable(
    [
      'technology',
      'rule',
      'points',
      'from',
      'to',
      'reads: largest error',
      'mean',
      'writes: largest error',
      'mean',
    ],
    technologies.map((table) => {
      const { points, rule, word } = table.sram;
      const capacities = points.map(({ capacity }) => toNumber(capacity.amount));
      const cells = (['read', 'write'] as const).flatMap((action) =>
        errorCells(
          points.map((point) => {
            const wordBits = toNumber(word.amount);
            const derived = sramEnergy(table, toNumber(point.capacity.amount), wordBits, action);
            return derived / toNumber(point[action].amount) - 1;
          }),
        ),
      );
      return [
        code(table.name),
        rule,
        String(points.length),
        capacityText(Math.min(...capacities)),
        capacityText(Math.max(...capacities)),
        ...cells,
      ];
    }),
    'right',
  );
}

/** How far the square root of the word width is from CACTI's own figures. */
function wordsTable(technologies: readonly TechnologyTable[]): string {
  const rows = technologies.flatMap((table) =>
    table.sram.otherWords.map(({ word, capacity, read, write }) => {
      const [bytes, bits] = [toNumber(capacity.amount), toNumber(word.amount)];
      const cells = (
        [
          ['read', read],
          ['write', write],
        ] as const
      ).flatMap(([action, amount]) => {
        const [stated, derived] = [toNumber(amount.amount), sramEnergy(table, bytes, bits, action)];
        return [digits(stated), digits(derived), percent(derived / stated - 1)];
      });
      return [code(table.name), capacityText(bytes), `${bits} bit`, ...cells];
    }),
  );
  const header = [
    'technology',
    'capacity',
    'word',
    'read, pJ',
    'by the rule',
    'error',
    'write, pJ',
    'by the rule',
    'error',
  ];
  return markdownTable(header, rows, 'right');
}

/** Leakage in proportion to capacity, against the points that state their own. */
function leakageTable(technologies: readonly TechnologyTable[]): string {
  const rows = technologies.flatMap((table) => {
    const errors = table.sram.points.flatMap(({ capacity, leakage }) => {
      if (leakage === undefined) return [];
      const derived = toNumber(table.leakage.sram.amount) * toNumber(capacity.amount);
      return [derived / toNumber(leakage.amount) - 1];
    });
    if (errors.length === 0) return [];
    return [[code(table.name), String(errors.length), ...errorCells(errors)]];
  });
  return markdownTable(['technology', 'points', 'largest error', 'mean'], rows, 'right');
}

function widthsTable(table: TechnologyTable): string {
  const widths = [2, 4, 8, 12, 16];
  return markdownTable(
    ['activation × weight', ...widths.map((bits) => `${bits} bit`)],
    widths.map((activation) => [
      `${activation} bit`,
      ...widths.map((weight) => digits(macPicojoules(table, activation, weight))),
    ]),
    'right',
  );
}

function dramTable(types: DramTypes['types']): string {
  return markdownTable(
    ['type', 'pJ/bit', 'verified', 'source'],
    types.map(({ type, energy, source, verified }) => [
      type,
      digits(toNumber(energy.amount) / 8),
      verified === true ? 'yes' : 'no',
      source,
    ]),
  );
}

/** One multiply and one addition into 32 bits. */
function macPicojoules({ multiplier, adder }: TechnologyTable, activation: number, weight: number): number {
  const scale = (activation * weight) / multiplier.bits ** 2;
  return toNumber(multiplier.energy.amount) * scale + toNumber(adder.energy.amount) * (32 / adder.bits);
}

/** The error of largest size, with its sign, and the mean of the sizes. */
function errorCells(errors: readonly number[]): string[] {
  const largest = errors.reduce((most, error) => (Math.abs(error) > Math.abs(most) ? error : most), 0);
  const mean = errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
  return [percent(largest), `${(mean * 100).toFixed(1)} %`];
}

function percent(fraction: number): string {
  const size = Math.abs(fraction * 100).toFixed(1);
  return size === '0.0' ? '0.0 %' : `${fraction < 0 ? '−' : '+'}${size} %`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function capacityText(bytes: number): string {
  return bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / BYTES_PER_KIB} KiB`;
}
