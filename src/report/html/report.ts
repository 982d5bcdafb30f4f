import { createHash } from 'node:crypto';
import type { SimulationResult } from '../../engine/result.js';
import { accuracyTable, distanceFacts, NO_LABELS } from '../evaluation-tables.js';
import type { Evaluation } from '../evaluation.js';
import { plural } from '../sections.js';
import { comparisonSections } from './comparison-section.js';
import { htmlTable } from './html-table.js';
import { Markup, markup } from './markup.js';
import { factList, simulationSection } from './simulation-section.js';
import { STYLE } from './style.js';

export interface HtmlReport {
  readonly title: string;
  readonly simulations: readonly SimulationResult[];
  readonly evaluation?: Evaluation;
}

/** Nothing is fetched and nothing runs; the one style sheet is allowed by its hash. */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/** One self-contained HTML page, readable without network, in light and dark, on paper. The same results give the same bytes. */
export function renderHtmlReport({ title, simulations, evaluation }: HtmlReport): string {
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${POLICY}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="lead">Simulated by bitmac. Cycles follow from the program and the machine, energy from counts and the costs listed below.</p>
${contents(simulations)}
</header>
<main>
${evaluation === undefined ? markup`` : evaluationSection(evaluation)}
${comparisonSections(simulations)}
${simulations.map((result, index) => simulationSection(result, sectionId(index)))}
</main>
</body>
</html>
`.text;
}

function contents(simulations: readonly SimulationResult[]): Markup {
  if (simulations.length < 2) return markup``;
  return markup`<nav aria-label="Simulations"><ul>${simulations.map(
    ({ model, accelerator }, index) =>
      markup`<li><a href="#${sectionId(index)}">${model} on ${accelerator.name}</a></li>\n`,
  )}</ul></nav>`;
}

function sectionId(index: number): string {
  return `simulation-${index + 1}`;
}

function evaluationSection(evaluation: Evaluation): Markup {
  const table = accuracyTable(evaluation);
  const caption = `${evaluation.model}, ${plural(evaluation.rows, 'row')}`;
  return markup`<section>
<h2>Accuracy</h2>
${table === null ? markup`<p>${NO_LABELS}</p>` : htmlTable(table, caption)}
${factList(distanceFacts(evaluation))}
</section>`;
}
