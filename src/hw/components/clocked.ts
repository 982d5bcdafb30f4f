/**
 * A synchronous component. In every cycle `evaluate` computes from what its registers hold, and `tick` is the clock edge at which
 * they take their next values: nothing that a component computes in a cycle is seen by another one in the same cycle, unless it is
 * handed over as a wire would.
 */
export interface Clocked {
  evaluate(): void;
  tick(): void;
}
