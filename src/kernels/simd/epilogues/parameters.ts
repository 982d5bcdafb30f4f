/** What every emitted epilogue is told; `table` holds what differs by channel. Codes of a row lie side by side, and so do rows. */
export const EPILOGUE_PARAMETERS = {
  sums: 'i32',
  sumStrideBytes: 'i32',
  rows: 'i32',
  output: 'i32',
  channels: 'i32',
  table: 'i32',
} as const;
