import { csv } from './csv.js';
import { countFacts, differenceTable, firstDifferenceText, outputFacts } from './diff-tables.js';
import type { Diff } from './diff.js';
import { wrap } from './plain-text.js';
import { factLines, plural, section } from './sections.js';
import { renderTable } from './table.js';

/** Where two sides part, how far apart every value is, and what becomes of the answers. */
export function renderDiff(diff: Diff): string {
  const table = differenceTable(diff.nodes);
  const first = firstDifferenceText(diff);
  return [
    ...wrap(`${sidesText(diff)}: ${diff.equal ? 'equal' : 'different'} in ${plural(diff.rows, 'row')}`),
    '',
    ...factLines([
      ...(first === null ? [] : [{ name: 'first difference', value: first }]),
      ...countFacts(diff),
      ...outputFacts(diff),
    ]),
    ...section('Values that differ', table === null ? [] : renderTable(table)),
  ].join('\n');
}

function sidesText({ model, semantics, against, againstSemantics }: Diff): string {
  return `${sideText(model, semantics)} against ${sideText(against, againstSemantics)}`;
}

function sideText(name: string, semantics: string | null): string {
  return semantics === null || semantics === name ? name : `${name} (${semantics})`;
}

/** One record a value, in the order of execution, then the outputs. */
export function diffCsv({ nodes, outputs }: Diff): string {
  const places = [
    ...nodes.map((node) => ({ ...node, output: null as string | null })),
    ...outputs.map((output) => ({ ...output, index: null, node: null, operator: 'output', value: null })),
  ];
  return csv(
    places.map((place) => ({
      index: place.index,
      node: place.node,
      operator: place.operator,
      value: place.value ?? place.output,
      compared: place.compared,
      elements: place.elements,
      differing: place.differing,
      largest: place.largest,
      mean: place.mean,
      largestSteps: place.largestSteps,
      sqnrDecibels: place.sqnrDecibels,
      firstRow: place.firstElement?.row ?? null,
    })),
  );
}
