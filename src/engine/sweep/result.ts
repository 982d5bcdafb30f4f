import type { Goal } from '../../lower/goal.js';
import type { Objective } from './objectives.js';

/** What a simulation of one point found. */
export interface PointFigures {
  readonly cycles: number;
  readonly latencyMilliseconds: number;
  readonly energyPicojoules: number;
  /** Energy times latency. */
  readonly energyDelayJouleSeconds: number;
  /** In [0, 1]. */
  readonly utilization: number;
  /** In both directions, whole bursts. */
  readonly dramBytes: number;
  readonly macs: number;
  readonly inferencesPerSecond: number;
  readonly teraOperationsPerSecond: number;
  readonly teraOperationsPerSecondPerWatt: number;
}

export const POINT_FIGURES = [
  'cycles',
  'latencyMilliseconds',
  'energyPicojoules',
  'energyDelayJouleSeconds',
  'utilization',
  'dramBytes',
  'macs',
  'inferencesPerSecond',
  'teraOperationsPerSecond',
  'teraOperationsPerSecondPerWatt',
] as const satisfies readonly (keyof PointFigures)[];

/** What a machine has, whatever it runs. */
export interface MachineFigures {
  /** rows · columns. */
  readonly macUnits: number;
  /** Of the three buffers. */
  readonly sramBytes: number;
}

/** A simulation has figures, or a reason why the machine cannot run the model. */
export type Outcome = { readonly figures: PointFigures } | { readonly reason: string };

/** A point of the grid that the condition lets pass. */
export interface SweepPoint extends MachineFigures {
  /** Its position in the grid; the last axis moves fastest. */
  readonly index: number;
  /** In the order of the axes, as they were written. */
  readonly values: readonly string[];
  readonly figures: PointFigures | null;
  /** Why there are no figures. */
  readonly reason: string | null;
  /** No other point is as good in every objective and better in one. */
  readonly paretoFront: boolean;
}

export interface SweepResult {
  readonly model: string;
  /** The machine that is varied, as it was named. */
  readonly hw: string;
  readonly axes: readonly { readonly path: string; readonly values: readonly string[] }[];
  readonly where: string | null;
  /** What the mappings of every point were chosen for. */
  readonly optimize: Goal;
  readonly objectives: readonly Objective[];
  readonly gridPoints: number;
  /** Points whose fields the condition excludes: not simulated. */
  readonly skippedPoints: number;
  /** Points whose results it excludes. */
  readonly droppedPoints: number;
  readonly points: readonly SweepPoint[];
}
