import type { LayerResult, SimulationResult } from '../../engine/result.js';
import { CYCLE_NAMES, ENERGY_COMPONENTS } from '../../hw/counts.js';
import { CYCLE_LABELS, ENERGY_LABELS } from '../labels.js';
import { energy, groupThousands, percent, setting, share } from '../numbers.js';
import { plural } from '../sections.js';
import { energyUnit } from '../simulation-tables.js';
import { barChart, type BarChart } from './bar-chart.js';
import { legend } from './legend.js';
import { markup, type Markup } from './markup.js';
import { BOUND_COLOURS, CYCLE_COLOURS, ENERGY_COLOURS } from './palette.js';
import { rooflineChart } from './roofline.js';
import { rooflineOf } from './roofline-points.js';

/** Cycles of each layer by name. */
export function cycleFigure({ model, accelerator, layers, totals }: SimulationResult): Markup {
  const series = CYCLE_NAMES.map((name) => ({ label: CYCLE_LABELS[name], colour: CYCLE_COLOURS[name] }));
  const shares = CYCLE_NAMES.map((name) => share(totals.cycleBreakdown[name], totals.cycles));
  return barFigure('Cycles per layer', `Every cycle has one name; a bar is the whole layer.`, shares, {
    description: `Stacked bars: cycles of each layer of ${model} on ${accelerator.name}, by name`,
    axis: 'cycles',
    series,
    bars: layers.map((layer) => ({
      label: barLabel(layer),
      values: CYCLE_NAMES.map((name) => layer.cycleBreakdown[name]),
    })),
    printTick: groupThousands,
    printValue: (cycles) => `${groupThousands(cycles)} cycles`,
  });
}

/** Energy of each layer by component, over the same layers. */
export function energyFigure({ model, accelerator, layers, totals }: SimulationResult): Markup {
  const series = ENERGY_COMPONENTS.map((name) => ({
    label: ENERGY_LABELS[name],
    colour: ENERGY_COLOURS[name],
  }));
  const shares = ENERGY_COMPONENTS.map((name) =>
    share(totals.energyBreakdown[name], totals.energyPicojoules),
  );
  const unit = energyUnit(Math.max(...layers.map(({ energyPicojoules }) => energyPicojoules)));
  return barFigure('Energy per layer', 'Counts times the costs listed below.', shares, {
    description: `Stacked bars: energy of each layer of ${model} on ${accelerator.name}, by component`,
    axis: `energy, ${unit.name}`,
    series,
    bars: layers.map((layer) => ({
      label: barLabel(layer),
      values: ENERGY_COMPONENTS.map((name) => layer.energyBreakdown[name] / unit.picojoules),
    })),
    printTick: setting,
    printValue: (value) => energy(value * unit.picojoules),
  });
}

function barFigure(title: string, text: string, shares: readonly string[], chart: BarChart): Markup {
  const entries = chart.series.map((series, index) => ({ ...series, figure: shares[index]! }));
  return markup`<figure>
<figcaption><strong>${title}</strong>${text} Percentages are shares of the network.</figcaption>
${legend(entries)}
<div class="chart">${barChart(chart)}</div>
</figure>`;
}

/** Which layers the array limits and which DRAM does; nothing where no layer runs on the array. */
export function rooflineFigure(result: SimulationResult): Markup {
  const roofline = rooflineOf(result);
  const { points, ridge, withoutTraffic } = roofline;
  if (points.length === 0) return markup``;
  const bounds = [...new Set(points.map(({ bound }) => bound))];
  const entries = bounds.map((bound) => {
    const bounded = points.filter((point) => point.bound === bound);
    const time = bounded.reduce((sum, point) => sum + point.share, 0);
    return {
      label: `bound by ${bound}`,
      colour: BOUND_COLOURS[bound],
      figure: `${plural(bounded.length, 'layer')}, ${percent(time)} of the time`,
    };
  });
  const missing =
    withoutTraffic === 0 ? '' : ` ${plural(withoutTraffic, 'layer')} without DRAM traffic not shown.`;
  const text =
    `One disc per layer of the array; its area is its share of the time, its number the layer’s. ` +
    `Left of ${setting(ridge)} MACs per byte DRAM sets the roof, right of it the array.${missing}`;
  return markup`<figure>
<figcaption><strong>Roofline</strong>${text}</figcaption>
${legend(entries)}
<div class="chart">${rooflineChart(roofline, `Roofline of ${result.model} on ${result.accelerator.name}: MACs per cycle over MACs per DRAM byte`)}</div>
</figure>`;
}

function barLabel({ index, name }: LayerResult): string {
  return `${index} ${name}`;
}
