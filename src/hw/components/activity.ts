/** What a unit does for an instruction: a state machine that takes one step a cycle. */
export interface Activity {
  /** One cycle; true in the last. */
  evaluate(): boolean;
}
