import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { FloatLoops } from '../../src/kernels/float/loops.js';
import { OuterSums } from '../../src/kernels/float/outer-sums.js';
import {
  evenOffsets,
  packPanels,
  PANEL_WIDTH,
  rowPieces,
  type Panels,
} from '../../src/kernels/float/panels.js';
import { PlainLoops } from '../../src/kernels/float/plain/loops.js';
import { SimdLoops } from '../../src/kernels/float/simd/loops.js';
import { copied } from '../../src/kernels/float/with-loops.js';

const plain = new PlainLoops();
const simd = SimdLoops.create()!;

const finite = (random: Random): number => random.uniform(-1, 1);

/** Zeros of both signs, numbers that lose all digits, overflow or are too small to be normal, infinities, NaN. */
const EXTREMES = [0, -0, 1, -1, 2 ** 24, 3e38, -3e38, 1e-40, -1e-40, 2 ** -149, Infinity, -Infinity, NaN];
const extreme = (random: Random): number =>
  random.unit() < 0.7 ? finite(random) : EXTREMES[random.integer(0, EXTREMES.length - 1)]!;

const anyValues = fc.record({
  seed: fc.integer(),
  draw: fc.constantFrom(finite, extreme),
});

const anyRange = fc.constantFrom(
  { min: -Infinity, max: Infinity },
  { min: 0, max: Infinity },
  { min: -0.1, max: 0.7 },
);

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

/** Lengths of runs: short ones of every remainder, and ones at the ends of blocks. */
const anyRun = fc.oneof(upTo(20), upTo(260, 250), upTo(700));

/** Draws the operands of a loop into the memory of a set, the same for the same seed. */
class Drawing {
  readonly loops: FloatLoops;
  readonly random: Random;
  readonly #draw: (random: Random) => number;

  constructor(loops: FloatLoops, seed: number, draw: (random: Random) => number) {
    this.loops = loops;
    this.random = new Random(seed);
    this.#draw = draw;
  }

  floats(length: number): Float32Array {
    const values = this.loops.floats(length);
    for (let i = 0; i < length; i += 1) values[i] = this.#draw(this.random);
    return values;
  }

  indices(count: number, most: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.random.integer(0, most));
  }

  panels(outputs: number, depth: number): Panels {
    const values = this.floats(outputs * depth);
    const packed = packPanels(values, 0, outputs, depth, evenOffsets(depth, 1));
    return { ...packed, weights: copied(this.loops, packed.weights) };
  }

  /** What both loops over panels take beside the rows. */
  panelOperands(rows: number, outputs: number, depth: number) {
    return {
      values: this.floats(100 + depth + outputs),
      panels: this.panels(outputs, depth),
      bias: this.floats(outputs + PANEL_WIDTH),
      output: this.loops.floats(rows * outputs + 3).fill(7),
      targets: this.loops.indices(evenOffsets(rows, outputs).reverse()),
    };
  }
}

type Run = (drawing: Drawing) => Float32Array;

/** Whether a loop leaves the same bits in its result with both sets. */
function agrees(run: Run, { seed, draw }: { seed: number; draw: (random: Random) => number }): boolean {
  const [expected, got] = [plain, simd].map((loops) => {
    const result = Float32Array.from(run(new Drawing(loops, seed, draw)));
    loops.release();
    return result;
  });
  return expected!.every((value, i) => Object.is(value, got![i]!));
}

describe('SIMD leaves the same bits as typed arrays do, for all lengths and extreme values:', () => {
  it('rows times panels', () => {
    const shapes = fc.record({ rows: upTo(9, 0), taps: upTo(4, 0), run: anyRun, outputs: upTo(20) });
    const property = fc.property(
      shapes,
      fc.boolean(),
      anyRange,
      anyValues,
      ({ rows, taps, run, outputs }, neighbours, range, values) =>
        agrees((drawing) => {
          const { loops } = drawing;
          const operands = drawing.panelOperands(rows, outputs, taps * run);
          const places = neighbours ? evenOffsets(taps, run) : drawing.indices(taps, 50);
          const starts = loops.indices(drawing.indices(rows, 40));
          const pieces = loops.indices(rowPieces(places, run));
          loops.multiplyPanels({ ...operands, rows: { starts, pieces }, range });
          return operands.output;
        }, values),
    );
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
  });

  it('filters of channels', () => {
    const shapes = fc.record({ rows: upTo(9, 0), taps: upTo(12, 0), outputs: upTo(20) });
    const property = fc.property(shapes, anyRange, anyValues, ({ rows, taps, outputs }, range, values) =>
      agrees((drawing) => {
        const { loops } = drawing;
        const operands = drawing.panelOperands(rows, outputs, taps);
        const starts = loops.indices(drawing.indices(rows, 40));
        loops.filterChannels({
          ...operands,
          starts,
          taps: loops.indices(drawing.indices(taps, 50)),
          range,
        });
        return operands.output;
      }, values),
    );
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });

  it('sums of outer products', () => {
    const shapes = fc.record({
      rows: fc.oneof(upTo(9), upTo(258, 254), upTo(600)),
      taps: upTo(3),
      run: upTo(20),
      outputs: upTo(9),
      others: upTo(3, 0),
    });
    const property = fc.property(shapes, anyValues, ({ rows, taps, run, outputs, others }, values) =>
      agrees((drawing) => {
        const { loops } = drawing;
        const layout = new OuterSums(outputs, taps, run);
        const sums = loops.floats(layout.length).fill(0.25);
        loops.sumOuterProducts({
          values: drawing.floats(100 + run),
          starts: loops.indices(drawing.indices(rows, 40)),
          taps: loops.indices(drawing.indices(taps, 50)),
          gradient: drawing.floats(rows * (outputs + others)),
          gradientStride: outputs + others,
          layout,
          sums,
        });
        const indices = Array.from({ length: outputs * taps * run }, (_, i) =>
          layout.index(Math.floor(i / run / taps), Math.floor(i / run) % taps, i % run),
        );
        return Float32Array.from(indices, (index) => sums[index]!);
      }, values),
    );
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });

  it('clipping', () => {
    const property = fc.property(upTo(40, 0), anyRange, anyValues, (length, range, values) =>
      agrees((drawing) => {
        const x = drawing.floats(length);
        drawing.loops.clip(x, range);
        return x;
      }, values),
    );
    expect(() => fc.assert(property, { numRuns: 200 })).not.toThrow();
  });
});
