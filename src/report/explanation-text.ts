import { assertNever } from '../core/errors.js';
import type { Explanation, ExplainedMapping, LayerExplanation } from '../engine/explain.js';
import { whyNot } from './mapping-reasons.js';
import { energy, groupThousands, percent, si } from './numbers.js';
import { wrap } from './plain-text.js';
import { factLines, plural, section } from './sections.js';
import { renderTable, type Column } from './table.js';

const RULES: Readonly<Record<Explanation['optimize'], string>> = {
  latency:
    'Chosen for latency: of the mappings whose cycles are within 1 % of the fewest, the one with the least DRAM traffic, then the ' +
    'fewest cycles.',
  energy: 'Chosen for energy: the least energy.',
  edp: 'Chosen for energy x delay of each layer: the least product of energy and cycles.',
};

/** How every layer got its mapping, for people; no line longer than 100 characters. */
export function renderExplanation(explanation: Explanation): string {
  const { model, machine, optimize, effort, tolerance, layers } = explanation;
  return [
    ...wrap(`${model} on ${machine}: mappings`),
    ...wrap(RULES[optimize]),
    ...wrap(
      `A search stops when no mapping can be better by more than ${percent(tolerance)} (--tolerance) or, proven or not, when it has ` +
        `timed ${plural(effort, 'mapping')} of a layer (--effort).`,
    ),
    ...layers.flatMap((layer) =>
      section(`${layer.index}  ${layer.name} (${layer.op})`, layerLines(layer, explanation)),
    ),
  ].join('\n');
}

function layerLines(layer: LayerExplanation, explanation: Explanation): string[] {
  const { optimize } = explanation;
  const { choice, runnerUp } = layer;
  return [
    ...factLines([
      { name: 'choice', value: choice.text },
      ...(runnerUp === null ? [] : [{ name: 'runner-up', value: runnerUp.text }]),
    ]),
    '',
    ...figuresTable(layer, optimize),
    '',
    ...factLines([
      { name: 'why', value: why(layer, optimize) },
      { name: 'searched', value: searched(layer) },
      { name: 'best', value: proof(layer, explanation) },
    ]),
  ];
}

function figuresTable({ choice, runnerUp }: LayerExplanation, optimize: Explanation['optimize']): string[] {
  const row = (name: string, mapping: ExplainedMapping): string[] => [
    name,
    groupThousands(mapping.cycles),
    groupThousands(mapping.dramBytes),
    energy(mapping.energyPicojoules),
    ...(optimize === 'edp' ? [valueText('edp', mapping.value)] : []),
  ];
  return renderTable({
    columns: [
      { header: [''], align: 'left', key: true },
      figure('cycles'),
      figure('DRAM bytes'),
      figure('energy'),
      ...(optimize === 'edp' ? [figure('energy x cycles')] : []),
    ],
    rows: [row('choice', choice), ...(runnerUp === null ? [] : [row('runner-up', runnerUp)])],
  });
}

function figure(header: string): Column {
  return { header: [header], align: 'right' };
}

function why({ choice, runnerUp }: LayerExplanation, optimize: Explanation['optimize']): string {
  if (runnerUp === null) return 'there is no other mapping';
  return `the runner-up takes ${whyNot(optimize, choice, runnerUp)}`;
}

function searched({ mappings, measured, ruledOut, open }: LayerExplanation): string {
  const left = open === null ? '' : `, ${groupThousands(open.count)} left open`;
  return `${plural(mappings, 'mapping')}: ${groupThousands(measured)} timed, ${groupThousands(ruledOut)} ruled out by bounds${left}`;
}

/** What is known of the mappings that were not measured. */
function proof(
  { open, measured, lowestValue, lowerBound, choice }: LayerExplanation,
  { optimize, tolerance }: Explanation,
): string {
  if (open === null) {
    const margin = tolerance === 0 ? '' : ` by more than ${percent(tolerance)}`;
    return `proven: no mapping of the space comes before it${margin}`;
  }
  const lower =
    lowerBound < lowestValue
      ? [
          `the lower bound of ${valueText(optimize, lowerBound)} leaves ${percent(1 - lowerBound / lowestValue)} open`,
        ]
      : [];
  const leaner =
    open.leastDramBytes < Infinity
      ? [
          `of those as fast, one may move ${percent(1 - open.leastDramBytes / choice.dramBytes)} less DRAM traffic`,
        ]
      : [];
  return [`of the ${groupThousands(measured)} measured`, ...lower, ...leaner].join('; ');
}

function valueText(optimize: Explanation['optimize'], value: number): string {
  switch (optimize) {
    case 'latency':
      return plural(value, 'cycle');
    case 'energy':
      return energy(value);
    case 'edp':
      return `${si(value * 1e-12, 'J')} cycles`;
    default:
      return assertNever(optimize);
  }
}
