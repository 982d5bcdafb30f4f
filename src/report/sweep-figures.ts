import type { Objective } from '../engine/sweep/objectives.js';
import type { PointFigures, SweepPoint, SweepResult } from '../engine/sweep/result.js';
import type { KeyOrder } from './key-order.js';
import { bytes, capacity, energy, groupThousands, percent, si } from './numbers.js';

/** A point that was simulated. */
export interface SimulatedPoint extends SweepPoint {
  readonly figures: PointFigures;
}

export function isSimulated(point: SweepPoint): point is SimulatedPoint {
  return point.figures !== null;
}

/** The figures of a point, as data have them. */
export const FIGURES_ORDER: KeyOrder<PointFigures> = {
  cycles: 'plain',
  latencyMilliseconds: 'plain',
  energyPicojoules: 'plain',
  energyDelayJouleSeconds: 'plain',
  utilization: 'plain',
  dramBytes: 'plain',
  macs: 'plain',
  inferencesPerSecond: 'plain',
  teraOperationsPerSecond: 'plain',
  teraOperationsPerSecondPerWatt: 'plain',
};

/** How a figure of the front is called and printed. */
export interface ObjectiveFigure {
  readonly label: string;
  readonly valueOf: (point: SimulatedPoint) => number;
  readonly print: (value: number) => string;
  readonly largerIsBetter?: true;
}

export const OBJECTIVE_FIGURES: Readonly<Record<Objective, ObjectiveFigure>> = {
  latency: {
    label: 'latency',
    valueOf: ({ figures }) => figures.latencyMilliseconds,
    print: (value) => si(value * 1e-3, 's'),
  },
  energy: { label: 'energy', valueOf: ({ figures }) => figures.energyPicojoules, print: energy },
  edp: {
    label: 'energy-delay product',
    valueOf: ({ figures }) => figures.energyDelayJouleSeconds,
    print: (value) => si(value, 'Js'),
  },
  cycles: { label: 'cycles', valueOf: ({ figures }) => figures.cycles, print: groupThousands },
  utilization: {
    label: 'utilization',
    valueOf: ({ figures }) => figures.utilization,
    print: percent,
    largerIsBetter: true,
  },
  dram: { label: 'DRAM traffic', valueOf: ({ figures }) => figures.dramBytes, print: bytes },
  macs: { label: 'MAC units', valueOf: ({ macUnits }) => macUnits, print: groupThousands },
  sram: { label: 'SRAM', valueOf: ({ sramBytes }) => sramBytes, print: capacity },
};

/** `latency and energy`. */
export function objectivesText({ objectives }: SweepResult): string {
  const labels = objectives.map((objective) => OBJECTIVE_FIGURES[objective].label);
  return `${labels.slice(0, -1).join(', ')} and ${labels.at(-1)!}`;
}
