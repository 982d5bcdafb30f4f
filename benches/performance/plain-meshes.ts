/** Plain loops over typed arrays that step a systolic mesh, with nothing but operands and sums: what a register engine is measured against. */
export interface PlainMesh {
  /** One cycle: operands that have passed the skew enter; returns the sum of all that leaves. */
  step(west: Int32Array, north: Int32Array): number;
}

/** Weights stay. Registers in place: from the south-eastern element on, so that each is read before it is written. */
export class PlainStationaryMesh implements PlainMesh {
  readonly #east: Int32Array;
  readonly #south: Int32Array;
  readonly #weights: Int32Array;
  readonly #columns: number;

  constructor(weights: Int32Array, columns: number) {
    this.#weights = weights;
    this.#east = new Int32Array(weights.length);
    this.#south = new Int32Array(weights.length);
    this.#columns = columns;
  }

  step(west: Int32Array): number {
    const columns = this.#columns;
    const [east, south, weights] = [this.#east, this.#south, this.#weights];
    for (let first = east.length - columns, row = west.length - 1; row > 0; row -= 1, first -= columns) {
      for (let at = first + columns - 1; at > first; at -= 1) {
        const value = east[at - 1]!;
        east[at] = value;
        south[at] = (south[at - columns]! + Math.imul(value, weights[at]!)) | 0;
      }
      east[first] = west[row]!;
      south[first] = (south[first - columns]! + Math.imul(west[row]!, weights[first]!)) | 0;
    }
    for (let at = columns - 1; at > 0; at -= 1) {
      const value = east[at - 1]!;
      east[at] = value;
      south[at] = Math.imul(value, weights[at]!);
    }
    east[0] = west[0]!;
    south[0] = Math.imul(west[0]!, weights[0]!);
    let total = 0;
    for (let at = south.length - columns; at < south.length; at += 1) total = (total + south[at]!) | 0;
    return total;
  }
}

/** Sums stay, for streams of a length one after the other; each leaves as its last vector passes it. */
export class PlainOutputStationaryMesh implements PlainMesh {
  readonly #east: Int32Array;
  readonly #south: Int32Array;
  readonly #sums: Int32Array;
  readonly #vectors: number;
  #cycle = 0;

  constructor(elements: number, vectors: number) {
    this.#east = new Int32Array(elements);
    this.#south = new Int32Array(elements);
    this.#sums = new Int32Array(elements);
    this.#vectors = vectors;
  }

  step(west: Int32Array, north: Int32Array): number {
    const columns = north.length;
    const [east, south, sums] = [this.#east, this.#south, this.#sums];
    let total = 0;
    for (let row = west.length - 1; row >= 0; row -= 1) {
      const first = row * columns;
      // The column of this row that the first vector of a stream meets; the last one of the stream before is behind it.
      const cleared = (this.#cycle + this.#vectors - row) % this.#vectors;
      if (cleared < columns) sums[first + cleared] = 0;
      const above = row === 0 ? north : south;
      const shift = row === 0 ? 0 : columns;
      for (let at = first + columns - 1; at > first; at -= 1) {
        const value = east[at - 1]!;
        const weight = above[at - shift]!;
        east[at] = value;
        south[at] = weight;
        sums[at] = (sums[at]! + Math.imul(value, weight)) | 0;
      }
      east[first] = west[row]!;
      south[first] = above[first - shift]!;
      sums[first] = (sums[first]! + Math.imul(east[first], south[first])) | 0;
      const complete = (cleared + 1) % this.#vectors;
      if (complete < columns) total = (total + sums[first + complete]!) | 0;
    }
    this.#cycle += 1;
    return total;
  }
}
