import { csv } from './csv.js';
import { groupThousands } from './numbers.js';
import { wrap } from './plain-text.js';
import { factLines, plural, section } from './sections.js';
import { renderTable } from './table.js';

/** What is in a model that bitmac holds as a graph of its own. */
export interface GraphSummary {
  readonly schema: string;
  readonly dialect: 'float' | 'integer';
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly nodes: readonly {
    readonly name: string;
    readonly op: string;
    readonly outputShape: readonly number[];
    /** Of the output's codes. */
    readonly format: string;
    /** The real number of a step, of the first channel where there are several; null where codes stand for no reals. */
    readonly scale: number | null;
    /** The code of 0; null with `scale`. */
    readonly zeroPoint: number | null;
    readonly parameterBytes: number;
    readonly macs: number;
  }[];
  readonly totals: { readonly nodes: number; readonly parameterBytes: number; readonly macs: number };
}

export function graphSummaryJson(summary: GraphSummary): string {
  return JSON.stringify(summary, null, 2);
}

/** A record a node. */
export function graphSummaryCsv({ nodes }: GraphSummary): string {
  return csv(nodes.map((node, index) => ({ index, ...node, outputShape: node.outputShape.join('x') })));
}

/** Every node of a model with its output's grid, parameters and MACs. */
export function renderGraphSummary(file: string, summary: GraphSummary): string {
  const { totals } = summary;
  const facts = Object.entries(summary.metadata).map(([name, value]) => ({ name, value }));
  const headline =
    `${file}: ${summary.dialect} graph, ${plural(totals.nodes, 'node')}, ${groupThousands(totals.macs)} MACs, ` +
    `${groupThousands(totals.parameterBytes)} bytes of parameters`;
  return [
    ...wrap(headline),
    '',
    ...factLines(facts),
    ...section('Nodes', renderTable(nodeTable(summary))),
  ].join('\n');
}

function nodeTable({ nodes, totals }: GraphSummary): Parameters<typeof renderTable>[0] {
  return {
    columns: [
      { header: ['#'], align: 'right', key: true },
      { header: ['node'], align: 'left', key: true, shortestWidth: 10 },
      { header: ['op'], align: 'left' },
      { header: ['output shape'], align: 'left', shortestWidth: 10 },
      { header: ['format'], align: 'left' },
      { header: ['scale'], align: 'right' },
      { header: ['zero', 'point'], align: 'right' },
      { header: ['bytes'], align: 'right' },
      { header: ['MACs'], align: 'right' },
    ],
    rows: nodes.map((node, index) => [
      String(index),
      node.name,
      node.op,
      node.outputShape.join(' x '),
      node.format,
      node.scale === null ? '–' : node.scale.toPrecision(4),
      node.zeroPoint === null ? '–' : String(node.zeroPoint),
      groupThousands(node.parameterBytes),
      groupThousands(node.macs),
    ]),
    totals: [
      '',
      'total',
      '',
      '',
      '',
      '',
      '',
      groupThousands(totals.parameterBytes),
      groupThousands(totals.macs),
    ],
  };
}
