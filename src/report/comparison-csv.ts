import type { SimulationResult } from '../engine/result.js';
import { csv } from './csv.js';
import { simulationRecords } from './simulation-csv.js';

/** The rows of every simulation below each other: the columns `model` and `machine` tell them apart. */
export function comparisonCsv(results: readonly SimulationResult[]): string {
  return csv(results.flatMap(simulationRecords));
}
