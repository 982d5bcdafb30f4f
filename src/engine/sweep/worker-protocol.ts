import type { Accelerator } from '../../hw/accelerator.js';
import type { Outcome } from './result.js';

/** To a worker: simulate this machine. */
export interface Task {
  readonly position: number;
  readonly accelerator: Accelerator;
}

/** From a worker. */
export interface Answer {
  readonly position: number;
  readonly outcome: Outcome;
}
