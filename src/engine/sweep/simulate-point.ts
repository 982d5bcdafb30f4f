import { UserError } from '../../core/errors.js';
import type { Accelerator } from '../../hw/accelerator.js';
import type { IntGraph } from '../../ir/graph.js';
import type { PlanOptions } from '../layer-plan.js';
import { simulate } from '../simulate.js';
import type { Outcome } from './result.js';

/** The figures of a network on a machine, or why it cannot run there. */
export function simulatePoint(graph: IntGraph, accelerator: Accelerator, options: PlanOptions): Outcome {
  try {
    const { totals } = simulate(graph, accelerator, options);
    const { cycles, latencyMilliseconds, energyPicojoules, utilization, counts, macs } = totals;
    return {
      figures: {
        cycles,
        latencyMilliseconds,
        energyPicojoules,
        energyDelayJouleSeconds: totals.energyDelayJouleSeconds,
        utilization,
        dramBytes: counts.dramReadBytes + counts.dramWriteBytes,
        macs,
        inferencesPerSecond: totals.inferencesPerSecond,
        teraOperationsPerSecond: totals.teraOperationsPerSecond,
        teraOperationsPerSecondPerWatt: totals.teraOperationsPerSecondPerWatt,
      },
    };
  } catch (error) {
    if (error instanceof UserError) return { reason: error.message };
    throw error;
  }
}
