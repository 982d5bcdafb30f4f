import type { LayerResult, SimulationResult } from '../../engine/result.js';
import { costTable } from '../cost-table.js';
import { machineFacts } from '../machine.js';
import { freeLayers, hostLayers } from '../layers.js';
import { cycleRule, notIncluded, SHAPES_ONLY } from '../notes.js';
import { bytes, energy, percent, si, threeDigits } from '../numbers.js';
import { residencyFacts } from '../residency-facts.js';
import type { Fact } from '../sections.js';
import {
  cycleTable,
  dramBytes,
  energyTable,
  energyUnit,
  layerTable,
  trafficTable,
} from '../simulation-tables.js';
import { totalFacts } from '../total-facts.js';
import { layerCycles, layerEnergy } from './bar-figures.js';
import { htmlTable } from './html-table.js';
import { rooflineFigure } from './roofline-figure.js';
import { markup, type Content, type Markup } from './markup.js';

/** One network on one machine: the answer, the pictures, then every figure they are made of. */
export function simulationSection(result: SimulationResult, id: string): Markup {
  const { model, accelerator, totals } = result;
  const unit = energyUnit(totals.energyPicojoules).name;
  return markup`<section id="${id}">
<h2>${model} on ${accelerator.name}</h2>
<p class="lead">${accelerator.description}</p>${
    result.shapesOnly
      ? markup`
<p class="lead">${SHAPES_ONLY}</p>`
      : markup``
  }
${tiles(result)}
${layerCycles(result)}
${layerEnergy(result)}
${rooflineFigure(result)}
<h3>Totals</h3>
${factList(totalFacts(result))}${residency(result)}
<h3>Figures</h3>
${htmlTable(layerTable(result), 'Layers')}
${htmlTable(cycleTable(result), 'Cycles by name')}
<p class="lead">${cycleRule(accelerator)}</p>
${htmlTable(energyTable(result), `Energy by component, ${unit}`)}
${htmlTable(trafficTable(result), 'Bytes in and out of each buffer, and of DRAM')}
${costs(result)}
<h3>Machine</h3>
${factList(machineFacts(accelerator))}
${layerList('Mappings', result.layers.filter(isMapped), mappingText)}
${layerList('Free: move nothing and take no time', freeLayers(result), ({ op }) => op)}
${layerList('Host work: not run by this machine, not costed', hostLayers(result), hostText)}
<h3>Not included</h3>
<ul class="notes">${notIncluded(accelerator).map((note) => markup`<li>${note}</li>`)}</ul>
</section>`;
}

function tiles({ totals }: SimulationResult): Markup {
  const items: readonly Fact[] = [
    { name: 'latency', value: si(totals.latencyMilliseconds / 1e3, 's') },
    { name: 'inferences per second', value: threeDigits(totals.inferencesPerSecond) },
    { name: 'energy per inference', value: energy(totals.energyPicojoules) },
    { name: 'TOPS per watt', value: threeDigits(totals.teraOperationsPerSecondPerWatt) },
    { name: 'of the array used', value: percent(totals.utilization) },
    { name: 'DRAM traffic', value: bytes(dramBytes(totals.counts)) },
  ];
  return markup`<ul class="tiles">${items.map(({ name, value }) => markup`<li><b>${value}</b><span>${name}</span></li>`)}</ul>`;
}

export function factList(facts: readonly Fact[]): Markup {
  return markup`<dl>${facts.map(({ name, value }) => markup`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

function residency(result: SimulationResult): Markup {
  const facts = residencyFacts(result);
  return facts.length === 0 ? markup`` : markup`\n<h3>Residency</h3>\n${factList(facts)}`;
}

function costs(result: SimulationResult): Markup {
  const { table, sources } = costTable(result);
  return markup`${htmlTable(table, 'Energy costs: count × cost = energy')}
<ol class="sources">${sources.map((source) => markup`<li>${source}</li>\n`)}</ol>`;
}

function layerList(
  title: string,
  layers: readonly LayerResult[],
  textOf: (layer: LayerResult) => Content,
): Markup {
  if (layers.length === 0) return markup``;
  return markup`<h3>${title}</h3>
<ul class="notes">${layers.map((layer) => markup`<li>${layer.index} <b>${layer.name}</b>: ${textOf(layer)}</li>\n`)}</ul>`;
}

function isMapped({ mapping, placement }: LayerResult): boolean {
  return mapping !== null && placement !== 'host';
}

function mappingText({ mapping, runnerUp }: LayerResult): Content {
  return runnerUp === null ? mapping! : `${mapping!}; instead of ${runnerUp}`;
}

function hostText({ op, mapping }: LayerResult): Content {
  return `${op}; ${mapping ?? 'no unit of the machine computes it'}`;
}
