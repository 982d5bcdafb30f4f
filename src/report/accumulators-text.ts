import type { AccumulatorFormat } from '../arith/accumulator.js';
import type { AccumulatorReport } from './accumulators.js';
import { csv, type CsvRecord } from './csv.js';
import { inOrder, orderOf, type KeyOrder } from './key-order.js';
import { groupThousands, NONE } from './numbers.js';
import { wrap } from './plain-text.js';
import { plural, section } from './sections.js';
import { renderTable, type Column } from './table.js';

/** Changes when a field changes its name or meaning. */
export const ACCUMULATORS_SCHEMA = 'bitmac-accumulators/1';

type Layer = AccumulatorReport['layers'][number];

const NEED_KEYS = [
  'index',
  'name',
  'op',
  'terms',
  'bound',
  'smallest',
  'largest',
  'safeBits',
  'worstChannel',
] as const;

const LAYER_ORDER: KeyOrder<Layer> = {
  ...orderOf(NEED_KEYS),
  measured: { smallest: 'plain', largest: 'plain', bits: 'plain', overflowCount: 'plain' },
};

/** The report as JSON writes it, alone or as part of another. */
export function accumulatorsData({ model, format, layers }: AccumulatorReport): Record<string, unknown> {
  return {
    schema: ACCUMULATORS_SCHEMA,
    model,
    format,
    layers: layers.map((layer) => inOrder(layer, LAYER_ORDER)),
  };
}

export function accumulatorsJson(report: AccumulatorReport): string {
  return JSON.stringify(accumulatorsData(report), null, 2);
}

/** A record a layer: what it needs, not what was measured. */
export function accumulatorsCsv({ layers }: AccumulatorReport): string {
  if (layers.length === 0) return NEED_KEYS.join(',');
  return csv(layers.map((layer): CsvRecord => Object.fromEntries(NEED_KEYS.map((key) => [key, layer[key]]))));
}

/** What every layer needs, whatever its activations. */
export function renderAccumulatorNeeds({ model, layers }: AccumulatorReport): string {
  const safe = layers.reduce((bits, { safeBits }) => Math.max(bits, safeBits), 0);
  const headline = `${model}: ${plural(layers.length, 'layer')} with accumulators`;
  if (layers.length === 0) return wrap(headline).join('\n');
  const columns: Column[] = [
    ...LAYER_COLUMNS,
    { header: ['terms'], align: 'right' },
    { header: ['bound'], align: 'right' },
    { header: ['smallest', 'sum'], align: 'right' },
    { header: ['largest', 'sum'], align: 'right' },
    { header: ['safe', 'bits'], align: 'right' },
    { header: ['worst', 'channel'], align: 'right' },
  ];
  const rows = layers.map((layer) => [
    ...layerCells(layer),
    groupThousands(layer.terms),
    groupThousands(layer.bound),
    groupThousands(layer.smallest),
    groupThousands(layer.largest),
    String(layer.safeBits),
    layer.worstChannel === null ? NONE : String(layer.worstChannel),
  ]);
  return [...wrap(`${headline}, all safe in ${safe} bits`), '', ...renderTable({ columns, rows })].join('\n');
}

/** What the accumulators of every layer were asked to hold, beside what they could be asked. */
export function renderMeasuredAccumulators({ format, layers }: AccumulatorReport): string {
  const columns: Column[] = [
    ...LAYER_COLUMNS,
    { header: ['smallest', 'measured'], align: 'right' },
    { header: ['largest', 'measured'], align: 'right' },
    { header: ['bound'], align: 'right' },
    { header: ['measured', 'bits'], align: 'right' },
    { header: ['safe', 'bits'], align: 'right' },
    ...(format === null ? [] : [{ header: ['over-', 'flows'], align: 'right' } as const]),
  ];
  const rows = layers.map((layer) => {
    const { measured, bound, safeBits } = layer;
    return [
      ...layerCells(layer),
      figure(measured?.smallest),
      figure(measured?.largest),
      groupThousands(bound),
      figure(measured?.bits),
      String(safeBits),
      ...(format === null ? [] : [figure(measured?.overflowCount)]),
    ];
  });
  const title = format === null ? 'Accumulators' : `Accumulators of ${accumulatorText(format)}`;
  return section(title, rows.length === 0 ? ['no layer has any'] : renderTable({ columns, rows })).join('\n');
}

/** `16 bits, saturate`. */
export function accumulatorText({ bits, overflow }: AccumulatorFormat): string {
  return `${bits} bits, ${overflow}`;
}

const LAYER_COLUMNS: readonly Column[] = [
  { header: ['#'], align: 'right', key: true },
  { header: ['node'], align: 'left', key: true, shortestWidth: 10 },
  { header: ['op'], align: 'left' },
];

function layerCells({ index, name, op }: Layer): string[] {
  return [String(index), name, op];
}

function figure(value: number | undefined): string {
  return value === undefined ? NONE : groupThousands(value);
}
