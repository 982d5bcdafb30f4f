/** A tile of sums: so many outputs by so many neighbouring values. */
export const TILE_OUTPUTS = 4;
export const TILE_RUN = 8;

/**
 * Where sums of outer products lie: tile by tile as the loops make them, [outputs][taps][run] in tiles of TILE_OUTPUTS by
 * TILE_RUN, what is beyond the last output and the end of a run being of no meaning.
 */
export class OuterSums {
  readonly outputs: number;
  readonly taps: number;
  readonly run: number;
  readonly #runTiles: number;

  constructor(outputs: number, taps: number, run: number) {
    this.outputs = outputs;
    this.taps = taps;
    this.run = run;
    this.#runTiles = Math.ceil(run / TILE_RUN);
  }

  /** In elements, with all that is of no meaning. */
  get length(): number {
    return Math.ceil(this.outputs / TILE_OUTPUTS) * this.taps * this.#runTiles * TILE_OUTPUTS * TILE_RUN;
  }

  /** Where a sum lies; those of one tile of a run follow one another. */
  index(output: number, tap: number, c: number): number {
    const tile =
      (Math.floor(output / TILE_OUTPUTS) * this.taps + tap) * this.#runTiles + Math.floor(c / TILE_RUN);
    return (tile * TILE_OUTPUTS + (output % TILE_OUTPUTS)) * TILE_RUN + (c % TILE_RUN);
  }
}
