import type { Objective } from '../engine/sweep/objectives.js';
import type { PointFigures, SweepPoint, SweepResult } from '../engine/sweep/result.js';
import type { KeyOrder } from './key-order.js';
import {
  bytes,
  capacity,
  energy,
  ENERGY_UNITS,
  groupThousands,
  percent,
  si,
  TIME_UNITS,
  type Unit,
} from './numbers.js';

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
  /** Of an axis, the largest first. */
  readonly units: readonly Unit[];
  readonly largerIsBetter?: true;
}

const COUNT: readonly Unit[] = [{ name: '', size: 1 }];

const BYTES: readonly Unit[] = [
  { name: 'GiB', size: 1024 ** 3 },
  { name: 'MiB', size: 1024 ** 2 },
  { name: 'KiB', size: 1024 },
  { name: 'B', size: 1 },
];

export const OBJECTIVE_FIGURES: Readonly<Record<Objective, ObjectiveFigure>> = {
  latency: {
    label: 'latency',
    valueOf: ({ figures }) => figures.latencyMilliseconds,
    print: (value) => si(value * 1e-3, 's'),
    units: TIME_UNITS.map(({ name, size }) => ({ name, size: size * 1e3 })),
  },
  energy: {
    label: 'energy',
    valueOf: ({ figures }) => figures.energyPicojoules,
    print: energy,
    units: ENERGY_UNITS,
  },
  edp: {
    label: 'energy-delay product',
    valueOf: ({ figures }) => figures.energyDelayJouleSeconds,
    print: (value) => si(value, 'Js'),
    units: ['', 'm', 'µ', 'n', 'p', 'f'].map((prefix, step) => ({
      name: `${prefix}Js`,
      size: 1000 ** -step,
    })),
  },
  cycles: { label: 'cycles', valueOf: ({ figures }) => figures.cycles, print: groupThousands, units: COUNT },
  utilization: {
    label: 'utilization',
    valueOf: ({ figures }) => figures.utilization,
    print: percent,
    units: [{ name: '%', size: 0.01 }],
    largerIsBetter: true,
  },
  dram: { label: 'DRAM traffic', valueOf: ({ figures }) => figures.dramBytes, print: bytes, units: BYTES },
  macs: { label: 'MAC units', valueOf: ({ macUnits }) => macUnits, print: groupThousands, units: COUNT },
  sram: { label: 'SRAM', valueOf: ({ sramBytes }) => sramBytes, print: capacity, units: BYTES },
};

/** `latency and energy`. */
export function objectivesText({ objectives }: SweepResult): string {
  const labels = objectives.map((objective) => OBJECTIVE_FIGURES[objective].label);
  return `${labels.slice(0, -1).join(', ')} and ${labels.at(-1)!}`;
}
