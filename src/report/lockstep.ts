import type { LayerLockstep } from '../engine/registers/register-network.js';
import { inOrder, orderOf } from './key-order.js';
import { groupThousands } from './numbers.js';
import { wrap } from './plain-text.js';
import { renderTable, type Column } from './table.js';

/** A network on both engines. */
export interface Lockstep {
  readonly model: string;
  readonly machine: string;
  readonly layers: readonly LayerLockstep[];
}

/** Changes when a field changes its name or meaning. */
export const LOCKSTEP_SCHEMA = 'bitmac-lockstep/1';

const COLUMNS: readonly Column[] = [
  { header: ['#'], align: 'right', key: true },
  { header: ['layer'], align: 'left', key: true, shortestWidth: 20 },
  { header: ['operator'], align: 'left' },
  { header: ['cycles'], align: 'right' },
  { header: ['instructions'], align: 'right' },
  { header: ['sums'], align: 'right' },
  { header: ['outputs'], align: 'right' },
  { header: [''], align: 'left' },
];

/** What was compared of every layer, and the first thing that differs; no line of the table longer than 100 characters. */
export function renderLockstep({ model, machine, layers }: Lockstep): string {
  const differing = layers.find(({ difference }) => difference !== null);
  const total = (figure: 'cycles' | 'instructions' | 'sums' | 'outputs'): string =>
    groupThousands(layers.reduce((sum, layer) => sum + layer[figure], 0));
  const table = renderTable({
    columns: COLUMNS,
    rows: layers.map(({ index, name, op, cycles, instructions, sums, outputs, difference }) => [
      String(index),
      name,
      op,
      groupThousands(cycles),
      groupThousands(instructions),
      groupThousands(sums),
      groupThousands(outputs),
      difference === null ? 'equal' : 'differs',
    ]),
    totals: ['', 'all', '', total('cycles'), total('instructions'), total('sums'), total('outputs'), ''],
  });
  return [
    ...wrap(`${model} on ${machine}, by formula and on registers`),
    ...wrap(
      'Compared: the start and end of every instruction, the complete sum of every output, every output code.',
    ),
    '',
    ...table,
    '',
    ...(differing === undefined
      ? ['No difference.']
      : [`First difference, in layer ${differing.index} '${differing.name}':`, differing.difference!]),
  ].join('\n');
}

/** The same as JSON. */
export function lockstepJson({ model, machine, layers }: Lockstep): string {
  const order = orderOf([
    'index',
    'name',
    'op',
    'cycles',
    'instructions',
    'sums',
    'outputs',
    'difference',
  ] as const);
  const document = {
    schema: LOCKSTEP_SCHEMA,
    model,
    machine,
    equal: layers.every(({ difference }) => difference === null),
    layers: layers.map((layer) => inOrder(layer, order)),
  };
  return JSON.stringify(document, null, 2);
}
