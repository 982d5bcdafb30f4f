/** A grid as somebody outside states it, for signed codes: `scale · (code − zeroPoint)`, code −2^(bits−1) … 2^(bits−1) − 1. */
export interface GivenGrid {
  readonly bits: number;
  /** One for the tensor, or one per output channel. */
  readonly scales: readonly number[];
  readonly zeroPoint: number;
}

/** Grids by the names that the source model gives its tensors. */
export interface GivenGrids {
  /** The file they stand in, for messages; null where there is none. */
  readonly file: string | null;
  readonly activations: ReadonlyMap<string, GivenGrid>;
  readonly parameters: ReadonlyMap<string, GivenGrid>;
}

export const NO_GIVEN_GRIDS: GivenGrids = { file: null, activations: new Map(), parameters: new Map() };
