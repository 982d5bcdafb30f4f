import type { SimulationResult } from '../../engine/result.js';
import type { Comparison } from '../comparison.js';
import { accuracyTable, distanceFacts, NO_LABELS } from '../evaluation-tables.js';
import type { Evaluation } from '../evaluation.js';
import { plural } from '../sections.js';
import { comparisonSections } from './comparison-section.js';
import { htmlTable } from './html-table.js';
import { markup, type Markup } from './markup.js';
import { htmlPage } from './page.js';
import { factList, simulationSection } from './simulation-section.js';

export interface HtmlReport {
  readonly title: string;
  readonly simulations: readonly SimulationResult[];
  readonly evaluation?: Evaluation;
  /** Of these simulations and what else was tried. */
  readonly comparison?: Comparison;
}

/** One self-contained HTML page, readable without network, in light and dark, on paper. The same results give the same bytes. */
export function renderHtmlReport({ title, simulations, evaluation, comparison }: HtmlReport): string {
  return htmlPage(
    title,
    markup`<header>
<h1>${title}</h1>
<p class="lead">Simulated by bitmac. Cycles follow from the program and the machine, energy from counts and the costs listed below.</p>
${contents(simulations)}
</header>
<main>
${evaluation === undefined ? markup`` : evaluationSection(evaluation)}
${comparison === undefined ? markup`` : comparisonSections(comparison)}
${simulations.map((result, index) => simulationSection(result, sectionId(index)))}
</main>`,
  );
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
