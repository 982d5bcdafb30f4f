import type { Accelerator } from '../hw/accelerator.js';
import { derivedFigures } from '../hw/derived-figures.js';
import { csv } from './csv.js';
import { capacity, groupThousands, rate } from './numbers.js';
import { wrap } from './plain-text.js';
import { factLines, plural } from './sections.js';
import { renderTable } from './table.js';

/** Changes when a field changes its name or meaning. */
export const HARDWARE_LIST_SCHEMA = 'bitmac-hw-list/1';

/** A line a machine, and what each is. */
export function renderHardwareList(machines: readonly Accelerator[]): string {
  return [
    ...wrap(plural(machines.length, 'machine')),
    '',
    ...renderTable({
      columns: [
        { header: ['name'], align: 'left', key: true },
        { header: ['array'], align: 'left' },
        { header: ['MACs'], align: 'right' },
        { header: ['clock'], align: 'right' },
        { header: ['SRAM'], align: 'right' },
      ],
      rows: machines.map((machine) => {
        const { macUnits, sramBytes } = derivedFigures(machine);
        return [
          machine.name,
          arrayText(machine),
          groupThousands(macUnits),
          rate(machine.clockHertz, 'Hz'),
          capacity(sramBytes),
        ];
      }),
    }),
    '',
    ...factLines(machines.map(({ name, description }) => ({ name, value: description }))),
    '',
    ...wrap(
      'SRAM: the three buffers together, without accumulators. hw show prints a machine in full, with the source of every figure.',
    ),
  ].join('\n');
}

export function hardwareListJson(machines: readonly Accelerator[]): string {
  return JSON.stringify({ schema: HARDWARE_LIST_SCHEMA, machines: machines.map(record) }, null, 2);
}

export function hardwareListCsv(machines: readonly Accelerator[]): string {
  return csv(machines.map(record));
}

function record(machine: Accelerator) {
  const { name, description, source, clockHertz, array } = machine;
  const { kind, dataflow, rows, columns } = array;
  return { name, kind, dataflow, rows, columns, clockHertz, ...derivedFigures(machine), description, source };
}

/** `16 x 16 systolic ws`. */
function arrayText({ array }: Accelerator): string {
  return `${array.rows} x ${array.columns} ${array.kind} ${array.dataflow}`;
}
