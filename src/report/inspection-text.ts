import type { UserErrorDetails } from '../core/errors.js';
import { csv } from './csv.js';
import { groupThousands, NONE } from './numbers.js';
import { wrap } from './plain-text.js';
import { factLines, nodeLine, plural, section, type Fact } from './sections.js';
import { renderTable } from './table.js';

/** What is in a model file, as an importer sees it. */
export interface ModelInspection {
  readonly file: string;
  readonly graphName: string;
  readonly producer: string;
  readonly irVersion: number;
  readonly opset: number;
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  readonly outputs: readonly { readonly name: string; readonly type: string }[];
  readonly nodes: readonly InspectedNode[];
  /** What is wrong beside the nodes. */
  readonly problems: readonly UserErrorDetails[];
  readonly totals: {
    readonly nodes: number;
    readonly refused: number;
    /** Nodes of which parameters or MACs are not known: they are missing in the sums. */
    readonly unknown: number;
    readonly parameters: number;
    readonly macs: number;
  };
}

export interface InspectedNode {
  readonly name: string;
  readonly operator: string;
  /** null where a shape does not follow. */
  readonly outputs: readonly { readonly shape: readonly number[] | null }[];
  readonly parameters: number | null;
  readonly macs: number | null;
  /** Why an import would stop here; null where it would not. */
  readonly refusal: UserErrorDetails | null;
}

/** Changes when a field changes its name or meaning. */
export const INSPECTION_SCHEMA = 'bitmac-inspection/1';

export function inspectionJson(inspection: ModelInspection): string {
  return JSON.stringify({ schema: INSPECTION_SCHEMA, ...inspection }, null, 2);
}

/** A record a node, in topological order. */
export function inspectionCsv({ nodes }: ModelInspection): string {
  return csv(
    nodes.map(({ name, operator, outputs, parameters, macs, refusal }, index) => ({
      index,
      name,
      operator,
      outputShapes: outputs.map(({ shape }) => shape?.join('x') ?? '?').join(' '),
      parameters,
      macs,
      refusal: refusal === null ? null : refusalText(refusal),
    })),
  );
}

/** Every node with shape, parameters and MACs, and what would be refused. */
export function renderInspection(inspection: ModelInspection): string {
  const { file, nodes, problems, totals } = inspection;
  const refused = nodes.flatMap(({ refusal }, index) => (refusal === null ? [] : [{ refusal, index }]));
  return [
    ...wrap(`${file}: ${plural(totals.nodes, 'node')}, ${groupThousands(totals.macs)} MACs`),
    '',
    ...factLines(fileFacts(inspection)),
    ...section('Nodes', nodeTable(inspection)),
    ...section(
      'Would be refused',
      refused.flatMap(({ refusal, index }) =>
        nodeLine(index, `${nodes[index]!.name}: ${refusalText(refusal)}`),
      ),
    ),
    ...section(
      'Problems beside the nodes',
      problems.flatMap((problem) => wrap(problemText(problem), '- ')),
    ),
    ...section('Verdict', wrap(verdict(inspection))),
  ].join('\n');
}

function fileFacts({
  graphName,
  producer,
  irVersion,
  opset,
  inputs,
  outputs,
}: ModelInspection): readonly Fact[] {
  return [
    { name: 'graph', value: graphName },
    { name: 'producer', value: producer },
    { name: 'format', value: `IR version ${irVersion}, opset ${opset}` },
    ...inputs.map((input) => ({ name: 'input', value: portText(input) })),
    ...outputs.map((output) => ({ name: 'output', value: portText(output) })),
  ].filter(({ value }) => value !== '');
}

function portText({ name, type }: { readonly name: string; readonly type: string }): string {
  return `${name} ${type}`;
}

function nodeTable({ nodes, totals }: ModelInspection): string[] {
  return renderTable({
    columns: [
      { header: ['#'], align: 'right', key: true },
      { header: ['node'], align: 'left', key: true, shortestWidth: 12 },
      { header: ['operator'], align: 'left', shortestWidth: 10 },
      { header: ['output shape'], align: 'left', shortestWidth: 12 },
      { header: ['parameters'], align: 'right' },
      { header: ['MACs'], align: 'right' },
      { header: ['note'], align: 'left' },
    ],
    rows: nodes.map(({ name, operator, outputs, parameters, macs, refusal }, index) => [
      String(index),
      name,
      operator,
      outputs.map(({ shape }) => shape?.join(' x ') ?? '?').join(', '),
      countText(parameters),
      countText(macs),
      refusal === null ? '' : 'refused',
    ]),
    totals: ['', 'total', '', '', groupThousands(totals.parameters), groupThousands(totals.macs), ''],
  });
}

function countText(count: number | null): string {
  return count === null ? NONE : groupThousands(count);
}

function refusalText({ found, expected, suggestion }: UserErrorDetails): string {
  return [`found ${found}`, expected && `expected ${expected}`, suggestion].filter(Boolean).join('; ');
}

function problemText(problem: UserErrorDetails): string {
  return problem.place === undefined ? refusalText(problem) : `${problem.place}: ${refusalText(problem)}`;
}

function verdict({ totals, problems }: ModelInspection): string {
  const faults = totals.refused + problems.length;
  const sums =
    totals.unknown === 0 ? '' : ` ${plural(totals.unknown, 'node')} of unknown size not in the sums.`;
  return faults === 0
    ? `Every node can be imported.${sums}`
    : `Cannot be imported: ${plural(totals.refused, 'node')} refused, ${plural(problems.length, 'other problem')}.${sums}`;
}
