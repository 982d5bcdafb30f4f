import type { Accelerator } from '../../hw/accelerator.js';
import { countedPositions, type Counted } from '../space/counted.js';
import { tileBoxes, type PositionSplit } from '../space/position-split.js';
import { stripSize, type StripSize } from '../space/strips.js';
import type { ArrayShape } from '../workload/workload.js';
import { stripPositions } from './accumulator-use.js';
import { countedStrips, type CountedStrips } from './array-chip-work.js';

/** A way to cut the positions, with what follows from it alone: counted once however many blockings share it. */
export class PositionChoice {
  readonly split: PositionSplit;
  /** Positions of the tiles. */
  readonly tiles: readonly Counted[];
  readonly #shape: ArrayShape;
  readonly #accelerator: Accelerator;
  readonly #strips = new Map<string, CountedStrips>();

  constructor(shape: ArrayShape, split: PositionSplit, accelerator: Accelerator) {
    this.split = split;
    this.tiles = countedPositions(tileBoxes(split));
    this.#shape = shape;
    this.#accelerator = accelerator;
  }

  /** The largest strips whose sums find room. */
  stripSize(blockOutputs: number): StripSize {
    return stripSize(this.split, stripPositions(this.#shape, blockOutputs, this.#accelerator));
  }

  strips(strip: StripSize): CountedStrips {
    const key = `${strip.images} ${strip.rows} ${strip.columns}`;
    const known = this.#strips.get(key);
    if (known !== undefined) return known;
    const counted = countedStrips(this.#shape, this.split, strip, this.#accelerator);
    this.#strips.set(key, counted);
    return counted;
  }
}
