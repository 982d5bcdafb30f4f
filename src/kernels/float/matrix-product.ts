import type { RealRange } from '../../ir/ops/real-range.js';
import { evenOffsets, PANEL_WIDTH, rowPieces, type Panels } from './panels.js';
import { copied, withLoops } from './with-loops.js';

/** Two matrices to multiply, the second packed, and where their product goes. */
export interface Factors {
  readonly rows: Float32Array;
  readonly panels: Panels;
  readonly output: Float32Array;
}

/** Products of dense matrices of one size. */
export class MatrixProduct {
  readonly #height: number;
  readonly #depth: number;
  readonly #outputs: number;

  constructor(height: number, depth: number, outputs: number) {
    this.#height = height;
    this.#depth = depth;
    this.#outputs = outputs;
  }

  run(factors: readonly Factors[], bias: Float32Array, range: RealRange): void {
    const [height, depth, outputs] = [this.#height, this.#depth, this.#outputs];
    withLoops((loops) => {
      const product = {
        values: loops.floats(height * depth),
        rows: {
          starts: loops.indices(evenOffsets(height, depth)),
          pieces: loops.indices(rowPieces([0], depth)),
        },
        panels: {
          outputs,
          depth,
          weights: loops.floats(Math.ceil(outputs / PANEL_WIDTH) * depth * PANEL_WIDTH),
        },
        bias: copied(loops, bias),
        output: loops.floats(height * outputs),
        targets: loops.indices(evenOffsets(height, outputs)),
        range,
      };
      for (const { rows, panels, output } of factors) {
        product.values.set(rows);
        product.panels.weights.set(panels.weights);
        loops.multiplyPanels(product);
        output.set(product.output);
      }
    });
  }
}
