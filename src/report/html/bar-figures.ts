import type { LayerResult, SimulationResult } from '../../engine/result.js';
import { CYCLE_NAMES, ENERGY_COMPONENTS } from '../../hw/counts.js';
import { machineLetter } from '../comparison-tables.js';
import type { ModelComparison, Outcome } from '../comparison.js';
import { CYCLE_LABELS, ENERGY_LABELS } from '../labels.js';
import { workingLayers } from '../layers.js';
import {
  energy,
  ENERGY_UNITS,
  groupThousands,
  roundNumber,
  share,
  si,
  TIME_UNITS,
  unitFor,
} from '../numbers.js';
import { barChart, type Axis, type Bar, type Series } from './bar-chart.js';
import { legend } from './legend.js';
import { markup, type Markup } from './markup.js';
import { CYCLE_COLOURS, ENERGY_COLOURS } from './palette.js';

const CYCLE_SERIES: readonly Series[] = CYCLE_NAMES.map((name) => ({
  label: CYCLE_LABELS[name],
  colour: CYCLE_COLOURS[name],
}));

const ENERGY_SERIES: readonly Series[] = ENERGY_COMPONENTS.map((name) => ({
  label: ENERGY_LABELS[name],
  colour: ENERGY_COLOURS[name],
}));

/** Cycles of each layer by name. */
export function layerCycles(result: SimulationResult): Markup {
  const { model, accelerator, totals } = result;
  const bars = workingLayers(result).map((layer) => ({
    label: layerLabel(layer),
    values: CYCLE_NAMES.map((name) => layer.cycleBreakdown[name]),
  }));
  return barFigure(
    {
      title: 'Cycles per layer',
      note: 'Every cycle has one name. Percentages are of all cycles.',
      shares: CYCLE_NAMES.map((name) => share(totals.cycleBreakdown[name], totals.cycles)),
      description: `cycles of each layer of ${model} on ${accelerator.name}, by name`,
    },
    CYCLE_SERIES,
    bars,
    {
      title: 'cycles',
      printTick: roundNumber,
      printValue: (cycles) => `${groupThousands(cycles)} cycles`,
    },
  );
}

/** Energy of each layer by component, over the same layers. */
export function layerEnergy(result: SimulationResult): Markup {
  const { model, accelerator, layers, totals } = result;
  const bars = workingLayers(result).map((layer) => ({
    label: layerLabel(layer),
    values: ENERGY_COMPONENTS.map((name) => layer.energyBreakdown[name]),
  }));
  return barFigure(
    {
      title: 'Energy per layer',
      note: 'Counts times costs. Percentages are of all energy.',
      shares: ENERGY_COMPONENTS.map((name) => share(totals.energyBreakdown[name], totals.energyPicojoules)),
      description: `energy of each layer of ${model} on ${accelerator.name}, by component`,
    },
    ENERGY_SERIES,
    bars,
    energyAxis(layers.map(({ energyPicojoules }) => energyPicojoules)),
  );
}

/** Time of an inference on each machine that runs the model, by the name of its cycles. */
export function machineTime({ model, outcomes, results }: ModelComparison): Markup {
  const bars = machineBars(outcomes, ({ totals, accelerator }) =>
    CYCLE_NAMES.map((name) => totals.cycleBreakdown[name] / accelerator.clockHertz),
  );
  const longest = results.map(({ totals, accelerator }) => totals.cycles / accelerator.clockHertz);
  const unit = unitFor(Math.max(...longest), TIME_UNITS);
  return barFigure(
    {
      title: 'Time of an inference',
      note: 'By the name of its cycles.',
      description: `time of an inference of ${model} on each machine, by the name of its cycles`,
    },
    CYCLE_SERIES,
    bars,
    {
      title: `time, ${unit.name}`,
      printTick: (seconds) => roundNumber(seconds / unit.size),
      printValue: (seconds) => si(seconds, 's'),
    },
  );
}

/** Energy of an inference on each of them, by component. */
export function machineEnergy({ model, outcomes, results }: ModelComparison): Markup {
  return barFigure(
    {
      title: 'Energy of an inference',
      note: 'By component.',
      description: `energy of an inference of ${model} on each machine, by component`,
    },
    ENERGY_SERIES,
    machineBars(outcomes, ({ totals }) => ENERGY_COMPONENTS.map((name) => totals.energyBreakdown[name])),
    energyAxis(results.map(({ totals }) => totals.energyPicojoules)),
  );
}

function machineBars(
  outcomes: readonly Outcome[],
  valuesOf: (result: SimulationResult) => readonly number[],
): Bar[] {
  return outcomes.flatMap(({ accelerator, result }, machine) =>
    result === null
      ? []
      : [{ label: `${machineLetter(machine)} ${accelerator.name}`, values: valuesOf(result) }],
  );
}

interface Caption {
  readonly title: string;
  readonly note: string;
  /** Printed in the legend, one a series. */
  readonly shares?: readonly string[];
  readonly description: string;
}

function barFigure(
  { title, note, shares, description }: Caption,
  series: readonly Series[],
  bars: readonly Bar[],
  axis: Axis,
): Markup {
  const entries = series.map((item, index) => ({ ...item, figure: shares?.[index] ?? '' }));
  return markup`<figure>
<figcaption><strong>${title}</strong>${note}</figcaption>
${legend(entries)}
<div class="chart">${barChart({ description: `Stacked bars: ${description}`, series, bars, axis })}</div>
</figure>`;
}

function energyAxis(picojoules: readonly number[]): Axis {
  const unit = unitFor(Math.max(...picojoules), ENERGY_UNITS);
  return {
    title: `energy, ${unit.name}`,
    printTick: (value) => roundNumber(value / unit.size),
    printValue: energy,
  };
}

function layerLabel({ index, name }: LayerResult): string {
  return `${index} ${name}`;
}
