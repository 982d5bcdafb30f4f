/** What a function over panels takes behind its rows, as `SimdLoops` passes it: addresses, but for the number of outputs. */
export const PANEL_PARAMETERS = {
  weights: 'i32',
  outputs: 'i32',
  bias: 'i32',
  output: 'i32',
  targets: 'i32',
  /** Room for `TOTALS_BYTES`. */
  totals: 'i32',
  min: 'f32',
  max: 'f32',
} as const;
